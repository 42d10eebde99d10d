// The documented calls of the platform's plugin, for pages without Cordova. Every call takes callbacks, or returns a
// promise where it gets none; a flow returns an object that takes handlers.
'use strict';

var bridge = require('./bridge');
var nativeXHR = window.XMLHttpRequest;

function missing(what, where) { throw new TypeError("Onegini: missing '" + what + "' argument for " + where); }

// named gives options as an object; a plain value stands for the option that matters most.
function named(value, name) {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object') return Object.assign({}, value);
  var options = {};
  options[name] = value;
  return options;
}

function call(service, action, args, ok, fail) {
  if (ok) { bridge.exec(ok, fail, service, action, args); return undefined; }
  return new Promise(function (resolve, reject) { bridge.exec(resolve, reject, service, action, args); });
}

// simple makes a call whose options have to hold one of a name.
function simple(service, action, need, where, plain) {
  return function (options, ok, fail) {
    var o = plain ? named(options, need) : options || {};
    if (need && !o[need]) missing(need, where);
    return call(service, action, [o], ok, fail);
  };
}

function bare(service, action) {
  return function (ok, fail) { return call(service, action, [], ok, fail); };
}

// Flow starts an action and hands its events to the handlers that the app sets; each handler is called with actions,
// the ways to go on, and what the event says.
function Flow(service, action, args, actions) {
  var flow = this;
  this.callbacks = {};
  var done = function (value) { if (value && value.pluginEvent) flow.on_(value); };
  var failed = function (err) {
    if (flow.callbacks.onError) flow.callbacks.onError(err);
    else console.error('Onegini: an error came, and no onError takes it:', err);
  };
  this.send = function (next, options, quiet) {
    bridge.exec(quiet ? null : done, quiet ? null : failed, service, next, options === undefined ? [] : [options]);
  };
  this.on_ = function (value) {
    var rest = Object.assign({}, value), name = rest.pluginEvent;
    delete rest.pluginEvent;
    var handler = flow.callbacks[name];
    if (!handler) return;
    if (name === 'onSuccess') handler(rest); else handler(flow.actions, rest);
  };
  this.actions = actions(this);
  bridge.exec(done, failed, service, action, args);
}

['onRegistrationRequest', 'onCustomRegistrationInitRequest', 'onCustomRegistrationCompleteRequest', 'onCreatePinRequest', 'onPinRequest',
  'onFingerprintRequest', 'onFingerprintCaptured', 'onFingerprintFailed', 'onConfirmationRequest', 'onSuccess', 'onError'].forEach(function (name) {
  Flow.prototype[name] = function (handler) { this.callbacks[name] = handler; return this; };
});

function pinOf(value, where) {
  var o = named(value, 'pin');
  if (!o.pin) throw new TypeError('Onegini: missing "pin" argument for ' + where);
  return o;
}

function userActions(flow) {
  return {
    providePin: function (pin) { flow.send('providePin', pinOf(pin, 'providePin')); },
    createPin: function (pin) { flow.send('createPin', pinOf(pin, 'createPin')); },
    fallbackToPin: function () { flow.send('fallbackToPin', undefined, true); },
    acceptFingerprint: function (prompt) { flow.send('respondToFingerprintRequest', Object.assign(named(prompt, 'iosPrompt'), { accept: true })); },
    denyFingerprint: function () { flow.send('respondToFingerprintRequest', { accept: false }); },
    handleRegistrationUrl: function (url) { flow.send('respondToRegistrationRequest', named(url, 'url')); },
    acceptRegistrationInitRequest: function (data) { flow.send('respondToCustomRegistrationInitRequest', Object.assign(named(data, 'data'), { accept: true })); },
    denyRegistrationInitRequest: function (o) { flow.send('respondToCustomRegistrationInitRequest', Object.assign(named(o), { accept: false })); },
    acceptRegistrationCompleteRequest: function (data) { flow.send('respondToCustomRegistrationCompleteRequest', Object.assign(named(data, 'data'), { accept: true })); },
    denyRegistrationCompleteRequest: function (o) { flow.send('respondToCustomRegistrationCompleteRequest', Object.assign(named(o), { accept: false })); },
    cancel: function () { flow.send('cancelFlow', {}); }
  };
}

// A request's answers. Of an OTP the result comes to the flow, of a pushed request to the answer.
function requestActions(flow) {
  var reply = function (options) {
    bridge.exec(function () { if (flow.callbacks.onSuccess) flow.callbacks.onSuccess(); },
      function (err) { if (flow.callbacks.onError) flow.callbacks.onError(err); }, flow.service, 'replyToChallenge', [options]);
  };
  return {
    accept: function (pin) { reply(Object.assign(named(pin, 'pin'), { accept: true })); },
    deny: function () { reply({ accept: false }); }
  };
}

function requests(service, action, args) {
  return new Flow(service, action, args, function (flow) { flow.service = service; return requestActions(flow); });
}

var user = {
  register: function (options) {
    return new Flow('OneginiUserRegistrationClient', 'start', [named(options, 'scopes')], userActions);
  },
  authenticate: function (profile, authenticator) {
    var args = [named(profile, 'profileId')];
    if (!args[0].profileId) missing('profileId', 'user.authenticate');
    if (authenticator) {
      args.push(named(authenticator, 'authenticatorType'));
      if (!args[1].authenticatorType) missing('authenticatorType', 'user.authenticate');
    }
    return new Flow('OneginiUserAuthenticationClient', 'authenticate', args, userActions);
  },
  changePin: function () { return new Flow('OneginiChangePinClient', 'start', [], userActions); },
  authenticateImplicitly: simple('OneginiUserAuthenticationClient', 'authenticateImplicitly', 'profileId', 'user.authenticateImplicitly', true),
  getAuthenticatedUserProfile: bare('OneginiUserAuthenticationClient', 'getAuthenticatedUserProfile'),
  getImplicitlyAuthenticatedUserProfile: bare('OneginiUserAuthenticationClient', 'getImplicitlyAuthenticatedUserProfile'),
  logout: bare('OneginiUserAuthenticationClient', 'logout'),
  getUserProfiles: bare('OneginiUserRegistrationClient', 'getUserProfiles'),
  isUserRegistered: simple('OneginiUserRegistrationClient', 'isUserRegistered', 'profileId', 'isUserRegistered'),
  deregister: simple('OneginiUserDeregistrationClient', 'deregister', 'profileId', 'deregister'),
  validatePinWithPolicy: simple('OneginiUserClient', 'validatePinWithPolicy', 'pin', 'validatePinWithPolicy'),
  getIdentityProviders: bare('OneginiIdentityProvidersClient', 'getIdentityProviders'),
  getAppToWebSingleSignOn: function (target, ok, fail) {
    if (!target) missing('targetUri', 'App To Web Single Sign-On');
    return call('OneginiAppToWebSingleSignOnClient', 'start', [target], ok, fail);
  },
  authenticators: {
    getAll: simple('OneginiAuthenticatorsClient', 'getAll', 'profileId', 'authenticators.getAll'),
    getRegistered: simple('OneginiAuthenticatorsClient', 'getRegistered', 'profileId', 'authenticators.getRegistered'),
    getNotRegistered: simple('OneginiAuthenticatorsClient', 'getNotRegistered', 'profileId', 'authenticators.getNotRegistered'),
    getPreferred: bare('OneginiAuthenticatorsClient', 'getPreferred'),
    setPreferred: simple('OneginiAuthenticatorsClient', 'setPreferred', 'authenticatorType', 'authenticators.setPreferred', true),
    registerNew: function (options) {
      var o = named(options, 'authenticatorType');
      if (!o.authenticatorType) missing('authenticatorType', 'authenticators.registerNew');
      return new Flow('OneginiAuthenticatorRegistrationClient', 'start', [o], userActions);
    },
    deregister: simple('OneginiAuthenticatorRegistrationClient', 'deregister', 'authenticatorType', 'authenticators.deregister')
  }
};

var mobileAuth = {
  enroll: bare('OneginiMobileAuthClient', 'enroll'),
  isUserEnrolled: simple('OneginiMobileAuthClient', 'isEnrolled', 'profileId', 'user.mobileAuth.isUserEnrolled', true),
  otp: {
    handleRequest: function (options) {
      var o = named(options, 'otp');
      if (!o.otp) missing('otp', 'otp.handleRequest');
      return requests('OneginiOtpMobileAuthRequestClient', 'start', [o]);
    }
  },
  push: {
    enroll: function (token, ok, fail) { return call('OneginiPushMobileAuthClient', 'enroll', [token], ok, fail); },
    isUserEnrolled: simple('OneginiPushMobileAuthClient', 'isEnrolled', 'profileId', 'user.mobileAuth.push.isUserEnrolled', true),
    canHandlePushMessage: function (message) {
      var content = message && (message.content || message);
      return !!content && typeof content.og_transaction_id === 'string' && content.og_transaction_id !== '';
    },
    handlePushMessage: function (message, ok, fail) { return call('OneginiPushMobileAuthClient', 'handle', [message.content || message], ok, fail); },
    getPendingRequests: bare('OneginiPendingMobileAuthRequestClient', 'fetch'),
    handlePendingRequest: function (request, ok, fail) { return call('OneginiPendingMobileAuthRequestClient', 'handle', [request], ok, fail); },
    on: function (method) { return requests('OneginiPushMobileAuthRequestClient', 'registerChallengeReceiver', [{ method: method }]); }
  }
};

var auth = { USER: Symbol('user'), ANONYMOUS: Symbol('anonymous'), IMPLICIT: Symbol('implicit') };

// unpack takes the answer of a resource apart: the length of the head, the head, the body.
function unpack(buffer) {
  var length = new DataView(buffer).getInt32(0, true), text = new TextDecoder();
  var response = JSON.parse(text.decode(new Uint8Array(buffer, 4, length)));
  var body = buffer.slice(4 + length);
  return Object.defineProperties(response, {
    rawBody: { value: body },
    body: { get: function () { return text.decode(body); } },
    json: { get: function () { return JSON.parse(text.decode(body)); } }
  });
}

function fetchResource(options, ok, fail) {
  var o = named(options, 'url');
  if (!o.url) missing('url', 'fetch');
  var kind = o.auth || (o.anonymous ? auth.ANONYMOUS : auth.USER);
  if (Object.keys(auth).every(function (k) { return auth[k] !== kind; })) {
    throw new TypeError('Onegini: resource.fetch: options.auth should be of one of resource.fetch.auth.USER, ANONYMOUS or IMPLICIT');
  }
  var request = { url: o.url, method: o.method || 'GET', headers: o.headers || {}, auth: String(kind) };
  if (o.body) request.body = typeof o.body === 'string' ? o.body : JSON.stringify(o.body);
  var result = new Promise(function (resolve, reject) {
    bridge.exec(function (buffer) { resolve(unpack(buffer)); }, function (err) {
      reject(!(err instanceof ArrayBuffer) ? err : {
        code: 8013, description: 'Onegini: HTTP Request failed. Check httpResponse for more info.', httpResponse: unpack(err)
      });
    }, 'OneginiResourceClient', 'fetch', [request]);
  });
  if (!ok) return result;
  result.then(ok, fail);
  return undefined;
}

// secureXHR has requests to resources made by the phone, with the user's token.
function secureXHR(base) {
  window.XMLHttpRequest = function () {
    var xhr = new nativeXHR(), open = xhr.open;
    xhr.open = function (method, url) {
      if (String(url).indexOf(base) === 0) viaPhone(xhr, method, String(url)); else open.apply(xhr, arguments);
    };
    return xhr;
  };
}

function viaPhone(xhr, method, url) {
  var headers = {}, set = function (name, value) { Object.defineProperty(xhr, name, { configurable: true, writable: true, value: value }); };
  set('responseType', ''); // the plugin's own name, arrayBuffer, is none that a browser takes
  set('setRequestHeader', function (name, value) { headers[name] = value; });
  set('send', function (body) {
    var finish = function (response, event) {
      set('response', /^arraybuffer$/i.test(xhr.responseType) ? response.rawBody : response.body);
      set('responseText', response.body);
      set('status', response.status);
      set('statusText', response.statusText);
      set('readyState', 4);
      set('getResponseHeader', function (name) {
        var key = Object.keys(response.headers).find(function (k) { return k.toLowerCase() === name.toLowerCase(); });
        return key ? response.headers[key] : null;
      });
      set('getAllResponseHeaders', function () {
        return Object.keys(response.headers).map(function (k) { return k + ': ' + response.headers[k] + '\r\n'; }).join('');
      });
      xhr.dispatchEvent(new Event('readystatechange'));
      xhr.dispatchEvent(new Event(event));
    };
    fetchResource({ url: url, method: method, headers: headers, body: body }).then(function (response) { finish(response, 'load'); }, function (err) {
      finish(err.httpResponse || { status: 0, statusText: '', headers: {}, body: '', rawBody: new ArrayBuffer(0) }, err.httpResponse ? 'load' : 'error');
    });
  });
}

module.exports = {
  start: function (options, ok, fail) {
    var secure = options && options.secureXhr === true;
    var result = call('OneginiClient', 'start', []).then(function (config) { if (secure) secureXHR(config.resourceBaseURL); });
    if (!ok) return result;
    result.then(function () { ok(); }, fail);
    return undefined;
  },
  reset: bare('OneginiClient', 'reset'),
  user: user,
  device: { authenticate: function (options, ok, fail) { return call('OneginiDeviceAuthenticationClient', 'authenticate', [options || {}], ok, fail); } },
  resource: { fetch: fetchResource, auth: auth, init: secureXHR, disable: function () { window.XMLHttpRequest = nativeXHR; } },
  mobileAuth: mobileAuth,
  mobileAuthentication: mobileAuth
};
