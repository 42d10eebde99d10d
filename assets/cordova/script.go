package cordova

import (
	"embed"
	"strings"
)

//go:embed www/bridge.js www/onegini.js
var www embed.FS

// Script is one script that gives a page what the plugin gives a Cordova app: the
// object onegini, and understudy, which reads QR codes.
func Script() []byte {
	var b strings.Builder
	b.WriteString("(function () {\n'use strict';\nvar modules = {};\nfunction require(id) { return modules[id]; }\n")
	for _, name := range []string{"bridge", "onegini"} {
		text, err := www.ReadFile("www/" + name + ".js")
		if err != nil {
			panic(err) // it is embedded
		}
		b.WriteString("modules['./" + name + "'] = (function () { var module = { exports: {} }; (function (module, exports) {\n")
		b.Write(text)
		b.WriteString("\n})(module, module.exports); return module.exports; })();\n")
	}
	b.WriteString("window.onegini = require('./onegini');\nwindow.understudy = require('./bridge').page;\n})();\n")
	return []byte(b.String())
}
