'use strict';
// Leads the npm package consul through its calls: node tour.js HOST PORT PREFIX. Ends with 0 and
// "tour done", or with the first thing that was not as expected.

const assert = require('assert');
const Consul = require('consul');

const [host, port, top] = process.argv.slice(2);
const consul = new Consul({host, port: Number(port)});

async function refused(status, call) {
  try {
    await call;
  } catch (error) {
    assert.strictEqual(error.statusCode, status, String(error));
    return;
  }
  assert.fail('not refused');
}

async function entries() {
  assert.strictEqual(await consul.kv.get(`${top}/a`), undefined);
  assert.strictEqual(await consul.kv.set({key: `${top}/a`, value: 'one', flags: 7}), true);
  const entry = await consul.kv.get(`${top}/a`);
  assert.strictEqual(entry.Value, 'one');
  assert.strictEqual(entry.Flags, 7);
  assert.ok(!(await consul.kv.set({key: `${top}/a`, value: 'x', cas: '0'}))); // the package makes undefined of false
  const cas = String(entry.ModifyIndex);
  assert.strictEqual(await consul.kv.set({key: `${top}/a`, value: 'ü & 日本', cas}), true);
  assert.strictEqual((await consul.kv.get(`${top}/a`)).Value, 'ü & 日本');
  const binary = Buffer.from([0, 255, 128]);
  await consul.kv.set({key: `${top}/b/c`, value: binary});
  const raw = await consul.kv.get({key: `${top}/b/c`, raw: true, buffer: true});
  assert.ok(Buffer.from(raw.Value === undefined ? raw : raw.Value).equals(binary));
  assert.deepStrictEqual(await consul.kv.keys({key: `${top}/`, separator: '/'}),
    [`${top}/a`, `${top}/b/`]);
  assert.strictEqual((await consul.kv.get({key: `${top}/`, recurse: true})).length, 2);
  const [set, read] = (await consul.transaction.create([
    {KV: {Verb: 'set', Key: `${top}/t`, Value: Buffer.from('t').toString('base64')}},
    {KV: {Verb: 'get', Key: `${top}/t`}},
  ])).Results;
  assert.strictEqual(set.KV.Key, `${top}/t`);
  assert.strictEqual(Buffer.from(read.KV.Value, 'base64').toString(), 't');
  await refused(409, consul.transaction.create([
    {KV: {Verb: 'cas', Key: `${top}/t`, Value: '', Index: 1}},
  ]));
}

async function locks() {
  const lock = `${top}/lock`;
  const one = (await consul.session.create({name: 'one', ttl: '10s', lockdelay: '1s'})).ID;
  const other = (await consul.session.create({behavior: 'delete'})).ID;
  assert.strictEqual((await consul.session.get(one)).Name, 'one');
  assert.ok((await consul.session.list()).length >= 2);
  const node = (await consul.agent.self()).Config.NodeName;
  assert.ok((await consul.session.node(node)).some((session) => session.ID === one));
  assert.strictEqual((await consul.session.renew(one))[0].ID, one);
  assert.strictEqual(await consul.kv.set({key: lock, value: '1', acquire: one}), true);
  assert.ok(!(await consul.kv.set({key: lock, value: '2', acquire: other})));
  const freed = new Promise((resolve, reject) => {
    const watch = consul.watch({method: consul.kv.get, options: {key: lock, wait: '20s'}});
    watch.on('change', (entry) => {
      if (!entry.Session) {
        watch.end();
        resolve(entry);
      }
    });
    watch.on('error', reject);
  });
  assert.strictEqual(await consul.kv.set({key: lock, value: '3', release: one}), true);
  assert.strictEqual((await freed).LockIndex, 1);
  assert.strictEqual(await consul.kv.set({key: lock, value: '4', acquire: other}), true);
  await consul.session.destroy(other);
  assert.strictEqual(await consul.kv.get(lock), undefined);
  await refused(404, consul.session.renew(other));
  await consul.session.destroy(one);
}

async function machines() {
  assert.match(await consul.status.leader(), /:\d+$/);
  assert.strictEqual((await consul.status.peers()).length, 3);
  assert.strictEqual((await consul.catalog.node.list()).length, 3);
}

(async () => {
  await entries();
  await locks();
  await machines();
  await consul.kv.del({key: `${top}/`, recurse: true});
  assert.strictEqual(await consul.kv.get({key: `${top}/`, recurse: true}), undefined);
  console.log('tour done');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
