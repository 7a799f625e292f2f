'use strict';
// Leads node-etcd through its calls: node tour.js URL DIRECTORY. Ends with 0 and "tour done", or
// with the first thing that was not as expected.

const assert = require('assert');
const {promisify} = require('util');
const Etcd = require('node-etcd');

const [url, top] = process.argv.slice(2);
const etcd = new Etcd(url, {timeout: 15000});

// Every call is one of the client's own, with its answer's body as result.
const call = (name, ...given) =>
  new Promise((resolve, reject) =>
    etcd[name](...given, (error, body, headers) =>
      error ? reject(error) : resolve({body, headers: headers || {}})));

async function refused(code, name, ...given) {
  try {
    await call(name, ...given);
  } catch (error) {
    assert.strictEqual(error.errorCode, code, `${name}: ${JSON.stringify(error)}`);
    return;
  }
  assert.fail(`${name} ${given} was not refused`);
}

async function keys() {
  const key = `${top}/key`;
  const made = await call('set', key, 'one');
  assert.strictEqual(made.body.action, 'set');
  assert.ok(Number(made.headers['x-etcd-index']) >= made.body.node.modifiedIndex);
  assert.strictEqual((await call('get', key, {quorum: true})).body.node.value, 'one');
  await refused(105, 'set', key, 'x', {prevExist: false});
  await refused(101, 'compareAndSwap', key, 'x', 'zwei');
  const swapped = await call('compareAndSwap', key, 'two', 'one');
  assert.strictEqual(swapped.body.action, 'compareAndSwap');
  const index = swapped.body.node.modifiedIndex;
  await refused(101, 'set', key, 'x', {prevIndex: index - 1});
  await call('testAndSet', key, 'ü & 日本', 'two');
  await refused(101, 'compareAndDelete', key, 'two');
  assert.strictEqual(
    (await call('compareAndDelete', key, 'ü & 日本')).body.action, 'compareAndDelete');
  await refused(100, 'del', key);
  await refused(100, 'get', key, {quorum: true});
}

async function directories() {
  const dir = `${top}/dir`;
  assert.ok((await call('mkdir', dir)).body.node.dir);
  await call('set', `${dir}/b`, '2');
  await call('set', `${dir}/a/deep`, '1');
  const listed = await call('get', dir, {recursive: true, sorted: true, quorum: true});
  assert.deepStrictEqual(
    listed.body.node.nodes.map((node) => node.key), [`${dir}/a`, `${dir}/b`]);
  await refused(102, 'set', dir, 'file');
  await refused(108, 'rmdir', dir);
  await call('rmdir', dir, {recursive: true});
  await refused(100, 'get', dir, {quorum: true});
  const first = (await call('create', `${top}/queue`, 'job 1')).body.node.key;
  const second = (await call('post', `${top}/queue`, 'job 2')).body.node.key;
  assert.ok(second > first);
}

async function watches() {
  const key = `${top}/watched`;
  const made = await call('set', key, '1', {ttl: 60});
  assert.strictEqual(made.body.node.ttl, 60);
  const changed = call('watchIndex', key, made.body.node.modifiedIndex + 1);
  const written = await call('set', key, '2', {ttl: 1});
  assert.strictEqual((await changed).body.node.value, '2');
  const expired = await call('watchIndex', key, written.body.node.modifiedIndex + 1);
  assert.strictEqual(expired.body.action, 'expire');
  await watcher(`${top}/many`);
}

// The client's own loop of watches, which goes on from where the last one ended.
async function watcher(dir) {
  const before = await call('set', `${dir}/0`, '0');
  const watching = etcd.watcher(dir, before.body.node.modifiedIndex + 1, {recursive: true});
  const seen = [];
  const all = new Promise((resolve, reject) => {
    watching.on('change', (event) => seen.push(event.node.value) === 5 && resolve());
    watching.on('error', reject);
  });
  for (let i = 1; i <= 5; i++) {
    await call('set', `${dir}/${i}`, `${i}`);
  }
  await all;
  watching.stop();
  assert.deepStrictEqual(seen, ['1', '2', '3', '4', '5']);
}

async function around() {
  // The client asks for the keys in which etcd 0.4 kept its machines, and understudy keeps its own.
  assert.strictEqual((await call('machines')).body.node.nodes.length, 3);
  assert.ok((await call('leader')).body);
  assert.ok((await call('selfStats')).body.name);
  assert.ok((await call('version')).body.etcdserver);
}

keys()
  .then(directories)
  .then(watches)
  .then(around)
  .then(() => {
    console.log('tour done');
    process.exit(0);
  })
  .catch((error) => {
    console.log(error);
    process.exit(1);
  });
