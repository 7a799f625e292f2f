'use strict';
// A write, a read and a watch by node-etcd: node node-etcd.js URL OTHER-URL USER:PASSWORD CA-FILE PAIR, of
// which the last three may be empty; PAIR is the path of a certificate and its key without endings.

const assert = require('assert');
const fs = require('fs');
const Etcd = require('node-etcd');

const [url, other, login, ca, pair] = process.argv.slice(2);
const options = {timeout: 15000};
if (login) {
  const [user, pass] = login.split(':');
  options.auth = {user, pass};
}
if (ca) {
  options.ca = fs.readFileSync(ca);
}
if (pair) {
  options.cert = fs.readFileSync(`${pair}.crt`);
  options.key = fs.readFileSync(`${pair}.key`);
}

const call = (client, name, ...given) =>
  new Promise((resolve, reject) =>
    client[name](...given, (error, body) => (error ? reject(error) : resolve(body))));

async function tour() {
  const there = new Etcd(url, options);
  const here = new Etcd(other, options);
  const made = await call(there, 'set', '/node', 'one');
  assert.strictEqual((await call(here, 'get', '/node', {quorum: true})).node.value, 'one');
  const seen = call(here, 'watchIndex', '/node', made.node.modifiedIndex + 1);
  await call(there, 'set', '/node', 'two');
  assert.strictEqual((await seen).node.value, 'two');
  console.log('tour done');
}

tour().catch((error) => {
  console.error(error);
  process.exit(1);
});
