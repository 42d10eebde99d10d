// Answers Cordova's exec on the browser platform: each of the plugin's calls goes to the bridge.
'use strict';

var bridge = require('./bridge');

var SERVICES = {
  OneginiClient: 'start reset',
  OneginiUserClient: 'validatePinWithPolicy',
  OneginiIdentityProvidersClient: 'getIdentityProviders',
  OneginiUserRegistrationClient: 'start respondToRegistrationRequest respondToCustomRegistrationInitRequest ' +
    'respondToCustomRegistrationCompleteRequest createPin cancelFlow getUserProfiles isUserRegistered',
  OneginiUserDeregistrationClient: 'deregister',
  OneginiUserAuthenticationClient: 'authenticate providePin respondToFingerprintRequest fallbackToPin cancelFlow logout ' +
    'getAuthenticatedUserProfile authenticateImplicitly getImplicitlyAuthenticatedUserProfile',
  OneginiAuthenticatorsClient: 'getAll getRegistered getNotRegistered getPreferred setPreferred',
  OneginiAuthenticatorRegistrationClient: 'start providePin cancelFlow deregister',
  OneginiChangePinClient: 'start providePin createPin cancelFlow',
  OneginiMobileAuthClient: 'enroll isEnrolled',
  OneginiOtpMobileAuthRequestClient: 'start replyToChallenge',
  OneginiPushMobileAuthClient: 'enroll isEnrolled handle',
  OneginiPendingMobileAuthRequestClient: 'fetch handle',
  OneginiPushMobileAuthRequestClient: 'registerChallengeReceiver replyToChallenge',
  OneginiDeviceAuthenticationClient: 'authenticate',
  OneginiResourceClient: 'fetch',
  OneginiAppToWebSingleSignOnClient: 'start'
};

function forward(service, action) {
  return function (ok, fail, args) {
    bridge.exec(ok, fail, service, action, args, function () {
      ok(undefined, { status: require('cordova').callbackStatus.NO_RESULT }); // Cordova forgets the callbacks
    });
  };
}

Object.keys(SERVICES).forEach(function (service) {
  var actions = {};
  SERVICES[service].split(' ').forEach(function (action) { actions[action] = forward(service, action); });
  require('cordova/exec/proxy').add(service, actions);
});

// Where the page does not say where the bridge is, config.xml may: <preference name="UnderstudyUrl" value="…"/>.
if (!window.UNDERSTUDY_URL) {
  bridge.prefer(new Promise(function (resolve, reject) {
    require('cordova/confighelper').readConfig(function (config) { resolve(config.getPreferenceValue('UnderstudyUrl')); }, reject);
  }));
}

// An app that does not have the platform's own plugin gets its calls from us.
if (!require('cordova/plugin_list').some(function (module) { return module.pluginId === 'cordova-plugin-onegini'; })) {
  window.onegini = require('./onegini');
}
