// Package callbacks tells portals how their transactions ended: the outbox of a
// Token Server. A callback goes to an address that the portal's configuration
// allows, signed after Standard Webhooks with the portal's own key, and again
// with growing pauses, up to ten times, until it is answered with a status of 2xx.
//
// A portal that hangs holds up no other: each has a share of the deliveries that
// are under way at once.
package callbacks
