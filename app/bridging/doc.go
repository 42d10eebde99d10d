// Package bridging runs a bridge on this computer, for the command line: where it
// listens, which token pages have to know, what a phone shows beside the app, and
// where devices are kept. Package bridge is the bridge itself.
package bridging
