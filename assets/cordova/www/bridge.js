// The connection to the bridge: one WebSocket for the page, opened when the first call is made, and again by itself
// after it was lost. See package bridge for the messages.
'use strict';

var DEFAULT_URL = 'http://127.0.0.1:8710';
var MAX_TEXT = 32 * 1024;
var NO_ANSWER = 9001, REFUSED = 8001;
// Calls that wait for events of any later time; they are made again on a new connection.
var LASTING = 'registerChallengeReceiver';

var own = document.currentScript && /\/onegini\.js([?#]|$)/.test(document.currentScript.src) ? document.currentScript.src : '';
var preference = '', ready = Promise.resolve(); // what config.xml says, when it has been read
var socket = null, opening = null, told = '', pause = 0;
var nextId = 1, calls = new Map();
var encoder = new TextEncoder(), decoder = new TextDecoder();

// address takes apart where the bridge is: its base, the device's name and the token. Later ones count more.
function address() {
  var given = window.UNDERSTUDY_URL || preference || own || DEFAULT_URL;
  var url = new URL(given, location.href);
  var hash = new URLSearchParams(url.hash.slice(1));
  var value = function (name) { return url.searchParams.get(name) || hash.get(name) || ''; };
  return {
    base: url.protocol.replace(/^ws/, 'http') + '//' + url.host,
    device: value('device') || new URLSearchParams(location.search).get('device') || '',
    token: value('token')
  };
}

// connect resolves with the open socket, or rejects with what apps get as an error.
function connect() {
  if (socket) return Promise.resolve(socket);
  if (!opening) {
    opening = ready.then(open).then(function (s) { socket = s; opening = null; pause = 0; told = ''; return s; },
      function (err) { opening = null; tell(err.description); throw err; });
  }
  return opening;
}

function open() {
  return new Promise(function (resolve, reject) {
    var at, ws;
    try {
      at = address();
      var query = at.device ? '?device=' + encodeURIComponent(at.device) : '';
      ws = new WebSocket(at.base.replace(/^http/, 'ws') + '/connect' + query, at.token ? ['understudy.v1', 'understudy.token.' + at.token] : ['understudy.v1']);
    } catch (e) {
      reject({ code: REFUSED, description: 'Understudy: the address of the bridge cannot be used: ' + e.message });
      return;
    }
    ws.binaryType = 'arraybuffer';
    var opened = false;
    ws.onopen = function () { opened = true; resolve(ws); };
    ws.onmessage = function (m) { receive(m.data); };
    ws.onclose = function (e) {
      if (opened) lost(ws, e.reason); else why(at, query).then(reject);
    };
  });
}

// why asks what a browser keeps to itself: why the connection was refused.
function why(at, query) {
  return fetch(at.base + '/why' + query, { method: 'POST', body: at.token, mode: 'cors', credentials: 'omit' })
    .then(function (r) { return r.text(); })
    .then(function (reason) {
      return { code: REFUSED, description: 'Understudy: the bridge at ' + at.base + ' refused this page: ' + (reason || 'try again') + '.' };
    }, function () {
      return { code: NO_ANSWER, description: 'Understudy: nothing answers at ' + at.base + '. Start the bridge there (understudy bridge), ' +
        'or set window.UNDERSTUDY_URL to the address that it printed.' };
    });
}

// tell prints a sentence to the console, once until something changes.
function tell(sentence) {
  if (sentence !== told) console.error(sentence);
  told = sentence;
}

// lost ends what was going on, and connects again.
function lost(ws, reason) {
  if (socket !== ws) return;
  socket = null;
  tell('Understudy: the bridge is gone' + (reason ? ' (' + reason + ')' : '') + '. Calls that were going on have failed; the page connects again by itself.');
  var lasting = [];
  calls.forEach(function (call, id) {
    if (call.action === LASTING) lasting.push(call); else fail(id, { code: NO_ANSWER, description: 'Onegini: The server does not answer. The bridge is gone.' });
  });
  calls.clear();
  again(lasting);
}

function again(lasting) {
  pause = Math.min(pause * 2 || 250, 5000);
  setTimeout(function () {
    connect().then(function () { lasting.forEach(send); }, function (err) {
      if (err.code === NO_ANSWER || lasting.length) again(lasting);
    });
  }, pause);
}

function fail(id, err) {
  var call = calls.get(id);
  calls.delete(id);
  if (call && call.fail) call.fail(err, {});
}

// send makes a call on the open socket.
function send(call) {
  var id = nextId++;
  calls.set(id, call);
  var head = { id: id, service: call.service, action: call.action };
  if (call.picture) {
    socket.send(binary(head, new Uint8Array(call.picture)));
    return;
  }
  if (call.args.length * 3 > MAX_TEXT - 512) { // a character has at most three bytes
    socket.send(binary(head, encoder.encode(call.args)));
    return;
  }
  socket.send(JSON.stringify(head).slice(0, -1) + ',"args":' + call.args + '}');
}

function binary(head, body) {
  var text = encoder.encode(JSON.stringify(head)), out = new Uint8Array(4 + text.length + body.length);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  out.set(body, 4 + text.length);
  return out;
}

function receive(data) {
  var answer;
  if (typeof data === 'string') answer = JSON.parse(data);
  else {
    var length = new DataView(data).getUint32(0, true);
    answer = JSON.parse(decoder.decode(new Uint8Array(data, 4, length)));
    answer.value = data.slice(4 + length);
  }
  var call = calls.get(answer.id);
  if (!call) return;
  if (!answer.keep) calls.delete(answer.id);
  var options = { keepCallback: !!answer.keep, done: !!answer.done };
  if (answer.done) { if (call.done) call.done(); } else if (answer.ok) { if (call.ok) call.ok(answer.value, options); } else if (call.fail) call.fail(answer.value, options);
}

// exec makes a call as Cordova's exec does. ok and fail are never called before it returns. done, if given, is called
// in place of them when neither will be any more.
function exec(ok, fail, service, action, args, done) {
  var list = Array.isArray(args) ? args : args === undefined || args === null ? [] : [args];
  make({ ok: ok, fail: fail, done: done, service: service, action: action, args: JSON.stringify(list) }); // as they are now
}

function make(call) {
  if (socket) { send(call); return; } // at once, so that calls arrive before what the app does next
  connect().then(function () {
    if (socket) send(call); else throw { code: NO_ANSWER, description: 'Onegini: The server does not answer. The bridge is gone.' };
  }).catch(function (err) {
    if (call.fail) call.fail(err, {});
  });
}

// readCode reads the QR codes of a picture (a Blob or File) and gives their texts.
function readCode(picture) {
  return picture.arrayBuffer().then(function (bytes) {
    return new Promise(function (resolve, reject) {
      make({ ok: resolve, fail: reject, service: 'Understudy', action: 'scan', picture: bytes });
    });
  });
}

module.exports = {
  exec: exec,
  // prefer takes a promise of the address that a configuration names; connecting waits for it.
  prefer: function (promise) { ready = promise.then(function (url) { preference = url || ''; }, function () {}); },
  page: { readCode: readCode }
};
