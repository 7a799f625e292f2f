"""What python-consul asks of a server: tour.py HOST LEADERPORT FOLLOWERPORT"""
import sys
import threading
import time

import consul

host, leader, follower = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def check(what, holds):
    if not holds:
        raise AssertionError(what)
    print("ok", what)


for name, port in (("leader", leader), ("follower", follower)):
    c = consul.Consul(host=host, port=port)
    root = "tour/%s/" % name
    check("status.leader", ":" in c.status.leader())
    check("status.peers", len(c.status.peers()) == 3)
    check("agent.self", c.agent.self()["Config"]["NodeName"])
    check("catalog.nodes", len(c.catalog.nodes()[1]) == 3)

    index, nothing = c.kv.get(root + "a")
    check("kv.get of nothing", nothing is None and int(index) >= 1)
    check("kv.put", c.kv.put(root + "a", b"\x00\xff", flags=7))
    index, entry = c.kv.get(root + "a")
    check("kv.get", entry["Value"] == b"\x00\xff" and entry["Flags"] == 7)
    check("kv.put cas refused", not c.kv.put(root + "a", "x", cas=1))
    check("kv.put cas", c.kv.put(root + "a", "x", cas=entry["ModifyIndex"]))
    c.kv.put(root + "b/c", "y")
    check("kv.get keys", c.kv.get(root, keys=True, separator="/")[1] == [root + "a", root + "b/"])
    check("kv.get recurse", len(c.kv.get(root, recurse=True)[1]) == 2)

    one = c.session.create(name="one", ttl=10, lock_delay=0)
    other = c.session.create(name="other", behavior="delete", lock_delay=3)
    check("session.info", c.session.info(one)[1]["Name"] == "one")
    check("session.list", {one, other} <= {s["ID"] for s in c.session.list()[1]})
    check("session.renew", c.session.renew(one)["ID"] == one)
    check("acquire", c.kv.put(root + "lock", "1", acquire=one))
    check("acquire of a held lock", not c.kv.put(root + "lock", "2", acquire=other))
    check("release", c.kv.put(root + "lock", "1", release=one))
    check("acquire after release", c.kv.put(root + "lock", "2", acquire=other))
    entry = c.kv.get(root + "lock")[1]
    check("token", entry["LockIndex"] == 2 and entry["Session"] == other)

    seen = []
    index, _ = c.kv.get(root + "lock")
    waiter = consul.Consul(host=host, port=port)
    waits = threading.Thread(
        target=lambda: seen.append(waiter.kv.get(root + "lock", index=index, wait="60s"))
    )
    waits.start()
    time.sleep(0.2)
    check("session.destroy", c.session.destroy(other))
    waits.join(30)
    check("blocking query", seen and seen[0][1] is None)
    check("lock-delay", not c.kv.put(root + "lock", "3", acquire=one))
    deadline = time.monotonic() + 30
    while not c.kv.put(root + "lock", "3", acquire=one):
        check("the lock-delay has an end", time.monotonic() < deadline)
        c.session.renew(one)
        time.sleep(0.2)
    check("kv.delete recurse", c.kv.delete(root, recurse=True))
    check("kv.get after it", c.kv.get(root, recurse=True)[1] is None)
    c.session.destroy(one)
print("all")
