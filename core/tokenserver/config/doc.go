// Package config is what a Token Server is configured with: one TOML file, which
// [WriteExample] writes with every setting explained.
//
// [Base] holds what a file may leave out, [Parse] and [Load] read one, and
// [Config.Check] finds what cannot work. Unknown settings are refused. Switches
// that weaken the server, all in [TestConfig], are refused where other machines
// can reach it ([Config.CheckListen]).
package config
