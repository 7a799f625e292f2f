-- wrk: plain reads of the 10,000 keys that put.lua writes.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init()
  math.randomseed(seed)
end

function request()
  return wrk.format("GET", "/v2/keys/bench/k" .. math.random(10000))
end
