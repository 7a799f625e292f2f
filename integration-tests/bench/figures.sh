# Keeps figures that are no result of a load, and compares them; sourced by compare-with-etcd.sh.
# shellcheck shell=bash disable=SC2154

figure() { # line round who value unit
  printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$out/figures.tsv"
  echo "$1, round $2: $3 $4 $5"
}

of_json() { # field: the first of that name on standard input
  awk -F'[:,]' -v name="\"$1\"" '$1 ~ name { print $2 + 0; exit }'
}

# For each line: the medians, their ratio, and the least and greatest ratio of a round.
table_of_figures() {
  [ -s "$out/figures.tsv" ] || return 0
  awk -F'\t' '
    function median(who, line,   n, i, j, t, v) {
      n = split(values[line, who], v, " ")
      for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
      return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    !($1 in unit) { order[++count] = $1; unit[$1] = $5 }
    { values[$1, $3] = values[$1, $3] " " $4; at[$1, $2, $3] = $4; if ($2 > last[$1]) last[$1] = $2 }
    END {
      printf "%-24s %14s %14s %7s   %s\n", "", "understudy", "etcd", "ratio", "rounds"
      for (k = 1; k <= count; k++) {
        line = order[k]; low = high = ""
        for (r = 1; r <= last[line]; r++) {
          if (!at[line, r, "etcd"] || !((line, r, "understudy") in at)) continue
          x = at[line, r, "understudy"] / at[line, r, "etcd"]
          if (low == "" || x < low) low = x
          if (high == "" || x > high) high = x
        }
        u = median("understudy", line); e = median("etcd", line)
        printf "%-24s %10s %-3s %10s %-3s %7s   %s\n", line, u, unit[line], e, unit[line],
          e ? sprintf("%.2f", u / e) : "-", low == "" ? "-" : sprintf("%.2f to %.2f", low, high)
      }
    }' "$out/figures.tsv"
}
