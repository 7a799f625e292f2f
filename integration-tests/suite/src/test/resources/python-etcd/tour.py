"""Leads python-etcd through its calls: tour.py HOST PORT DIRECTORY. It is told to follow no redirect
and to know no other machine. Ends with 0 and "tour done", or with the first thing that was not as
expected."""

import sys
import threading

import etcd

host, port, top = sys.argv[1], int(sys.argv[2]), sys.argv[3]
client = etcd.Client(
    host=host, port=port, allow_redirect=False, allow_reconnect=False, read_timeout=20)


def refused(kind, call, *given, **named):
    try:
        call(*given, **named)
    except kind:
        return
    raise AssertionError('%s%r was not refused' % (call.__name__, given))


def keys():
    key = top + '/key'
    assert client.write(key, 'one').newKey
    assert client.read(key, quorum=True).value == 'one'
    refused(etcd.EtcdAlreadyExist, client.write, key, 'x', prevExist=False)
    refused(etcd.EtcdCompareFailed, client.test_and_set, key, 'x', 'zwei')
    assert client.test_and_set(key, u'\u00fc & \u65e5\u672c', 'one').value == u'\u00fc & \u65e5\u672c'
    assert client.write(key, 'short', ttl=60).ttl > 50
    assert client.delete(key).action == 'delete'
    refused(etcd.EtcdKeyNotFound, client.read, key)


def directories():
    client.write(top + '/dir', None, dir=True)
    client.write(top + '/dir/a/deep', '1')
    first = client.write(top + '/queue', 'job 1', append=True).key
    second = client.write(top + '/queue', 'job 2', append=True).key
    assert first < second
    listed = client.read(top, recursive=True, sorted=True)
    assert [leaf.key for leaf in listed.leaves] == [top + '/dir/a/deep', first, second]
    refused(etcd.EtcdNotFile, client.write, top + '/dir', 'file')
    client.delete(top + '/dir', recursive=True)


def large():
    value = 'x' * 1000000
    client.write(top + '/large', value)
    assert client.read(top + '/large', quorum=True).value == value


def watches():
    key = top + '/watched'
    index = client.write(key, 'before').modifiedIndex
    assert client.watch(key, index=index).value == 'before'
    seen = []

    def follow():
        for event in client.eternal_watch(key, index=index + 1):
            seen.append(event.value)
            if event.value == 'last':
                return

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    for value in ('one', 'two', 'last'):
        client.write(key, value)
    follower.join(20)
    assert seen == ['one', 'two', 'last'], seen


def cluster():
    assert client.leader['name'] == 'm1', client.leader
    assert client.stats['name'] == 'm1'


for part in (keys, directories, large, watches, cluster):
    part()
print('tour done')
