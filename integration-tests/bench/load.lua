-- wrk: "-- put" writes values of 256 bytes to 10,000 keys, "-- get" reads them.
local value = string.rep("x", 256)
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init(args)
  math.randomseed(seed)
  puts = args[1] == "put"
end

function request()
  local path = "/v2/keys/bench/k" .. math.random(10000)
  if puts then
    return wrk.format("PUT", path, headers, "value=" .. value)
  end
  return wrk.format("GET", path)
end
