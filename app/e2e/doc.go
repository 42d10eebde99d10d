// Package e2e lets everything meet: the built program, a Token Server process, the
// demo portal, a real Chromium, and a simulated person on a pseudo-terminal. Its
// tests have the build tag e2e; "make e2e" runs them and keeps their pictures in
// build/e2e.
package e2e
