// Package cordova is our Cordova plugin for the browser platform, and the script
// that takes its place on pages without Cordova.
//
//	plugin.xml, package.json
//	                  for `cordova plugin add`
//	www/bridge.js     the connection to the bridge; both use it
//	www/proxy.js      what answers Cordova's exec on the browser platform
//	www/onegini.js    the calls of the platform's plugin, for apps and pages without it
//	example/          an app that registers, logs in, enrolls and answers requests
//	conformance/      runs the plugin's own test suite; see make conformance
//
// The scripts are ES2017, without anything to build.
package cordova
