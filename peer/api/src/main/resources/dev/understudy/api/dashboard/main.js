/* What is shown, and when it is asked for again. A page that nobody sees asks for nothing. */

import {$, text} from './dom.js';
import {getJson, getText, logIn, logOut, loggedIn} from './api.js';
import {startTheme} from './theme.js';
import {showFacts, showHealth, showMachines} from './overview.js';
import {showSeats} from './seats.js';
import {showRates} from './plots.js';
import {recordSilence, recordTimeline, showTimeline} from './timeline.js';
import {clearKeys, startKeys} from './keys.js';
import {showLocks} from './locks.js';
import {showSettings} from './settings.js';

const INTERVAL_MILLIS = 2_000;
const VIEWS = ['overview', 'keys', 'locks', 'settings'];

let here = {name: '', mode: ''};
let timer = null;
let asked = false;
let keysShown = false;
let timelineWidth = 0;

const current = () => (VIEWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : 'overview');

// ---- what went wrong

function banner(words, offersLogin) {
  $('banner').hidden = !words;
  text($('banner-text'), words || '');
  $('banner-login').hidden = !offersLogin;
}

function wantsLogin(words) {
  $('account').hidden = false;
  showHealth('', 'locked');
  banner(words, true);
  if (!asked && !$('login').open) {
    asked = true;
    openLogin();
  }
}

/** Says why there is nothing to show; true when somebody has to log in first. */
function explain(failure) {
  if (failure.status === 401) {
    wantsLogin(loggedIn() ? 'User or password is wrong.' : 'This cluster asks who you are.');
  } else if (failure.status === 403) {
    showHealth('', 'not for you');
    banner(`${loggedIn() || 'You'} may not see this: it takes the role operator or root.`, true);
  } else if (failure.status === 429) {
    banner('Too many failed logins: try again in a minute.', false);
  } else if (failure.status === 0) {
    showHealth('dead', 'no connection');
    banner('This machine does not answer. The page tries again.', false);
    recordSilence();
  } else {
    showHealth('dead', 'no leader');
    banner(`The leader cannot be asked: ${failure.message}. The page tries again.`, false);
    recordSilence();
  }
}

// ---- what is shown

async function findOut() {
  here = await getJson('/dashboard/data/machine', {relayed: false});
  text($('here'), `${here.name} · ${here.mode}`);
  document.title = `${here.name} · understudy`;
}

function showView(view) {
  banner('', false);
  const sick = view.machines.filter((machine) => !machine.healthy).length;
  showHealth(sick || view.openSeats ? 'ill' : 'well',
    sick ? `${sick} not well` : view.openSeats ? `${view.openSeats} open` : 'healthy');
  recordTimeline(view);
  showFacts(view);
  showSeats(view);
  showMachines(view, here.name);
  showSettings(view, explain);
}

async function lookAtRates(view) {
  const [scrape, statistics] = await Promise.all([getText('/metrics'), getJson('/v2/stats/store')]);
  const leader = view.machines.find((machine) => machine.leader);
  showRates(scrape, statistics, here.mode === 'standby' && leader ? leader.name : here.name);
}

async function look() {
  try {
    await findOut();
    if (current() === 'locks') {
      await showLocks();
    }
    const view = await getJson('/dashboard/data/overview');
    showView(view);
    await lookAtRates(view);
  } catch (failure) {
    if (failure.status === undefined) {
      throw failure;
    }
    explain(failure);
  } finally {
    if (current() === 'overview') {
      showTimeline();
    }
    document.documentElement.dataset.looked = String(Number(document.documentElement.dataset.looked || 0) + 1);
  }
}

// ---- when

async function turn() {
  timer = null;
  if (document.hidden) {
    return;
  }
  try {
    await look();
  } finally {
    if (timer === null && !document.hidden) {
      timer = setTimeout(turn, INTERVAL_MILLIS);
    }
  }
}

function lookNow() {
  clearTimeout(timer);
  turn();
}

// ---- views

function route() {
  const view = current();
  for (const name of VIEWS) {
    const shown = name === view;
    $(name).hidden = !shown;
    $(`tab-${name}`).setAttribute('aria-selected', String(shown));
    $(`tab-${name}`).tabIndex = shown ? 0 : -1;
  }
  if (view === 'keys' && !keysShown) {
    keysShown = true;
    startKeys(explainKeys);
  }
  lookNow();
}

/** A key may be refused to whoever may see the rest. */
function explainKeys(failure) {
  if (failure.status === 401 && !loggedIn()) {
    keysShown = false;
    wantsLogin('This cluster asks who you are.');
  }
}

function walkTabs(event) {
  const at = VIEWS.indexOf(current());
  const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: VIEWS.length - 1}[event.key];
  if (to !== undefined) {
    event.preventDefault();
    const name = VIEWS[(to + VIEWS.length) % VIEWS.length];
    location.hash = name;
    $(`tab-${name}`).focus();
  }
}

// ---- login

function openLogin() {
  $('login-error').hidden = true;
  $('login').showModal();
  $('login-user').focus();
}

function showAccount() {
  text($('account'), loggedIn() ? `Log out ${loggedIn()}` : 'Log in');
  $('account').hidden = !loggedIn(); // shown once somebody is asked for
}

async function tryLogin(event) {
  event.preventDefault();
  logIn($('login-user').value, $('login-password').value);
  try {
    await getJson('/dashboard/data/overview');
  } catch (failure) {
    if (failure.status === 401 || failure.status === 429) {
      logOut();
      $('login-error').hidden = false;
      text($('login-error'), failure.status === 429 ? 'Too many failed logins: try again in a minute.'
        : 'User or password is wrong.');
      $('login-password').select();
      return;
    }
  }
  $('login-password').value = '';
  $('login').close();
  changeOfUser();
}

function changeOfUser() {
  showAccount();
  clearKeys();
  keysShown = false;
  route();
}

function clickAccount() {
  if (loggedIn()) {
    logOut();
    location.reload(); // with all that was shown
  } else {
    openLogin();
  }
}

startTheme();
showAccount();
$('account').addEventListener('click', clickAccount);
$('banner-login').addEventListener('click', openLogin);
$('login-form').addEventListener('submit', tryLogin);
$('login-cancel').addEventListener('click', () => $('login').close());
document.querySelector('.tabs').addEventListener('keydown', walkTabs);
window.addEventListener('hashchange', route);
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : lookNow()));
new ResizeObserver(() => {
  const width = $('timeline').clientWidth;
  if (width && width !== timelineWidth) {
    timelineWidth = width;
    showTimeline();
  }
}).observe($('timeline'));
route();
