// What a page gets beside the plugin's calls: understudy.readCode reads the QR codes of a picture.
'use strict';

module.exports = require('./bridge').page;
