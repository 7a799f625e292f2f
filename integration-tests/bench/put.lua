-- wrk: writes of 256-byte values to 10,000 keys.
local value = string.rep("x", 256)
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init()
  math.randomseed(seed)
end

function request()
  local path = "/v2/keys/bench/k" .. math.random(10000)
  return wrk.format("PUT", path, headers, "value=" .. value)
end
