// Package gateway is a small resource gateway: what an app finds behind its
// access tokens when it is tried against the Token Server. It knows tokens by the
// interface [Tokens] alone.
//
//	GET       /resources/devices               the user's devices: a user's token
//	any       /resources/mirror-request        body and content type, as they came: a user's token
//	GET       /resources/user-id-decorated     the user: an implicit token, or a user's
//	GET       /resources/application-details   the app: an anonymous token with the scope application-details
//	GET       /admin/static/img/connect.png    a picture: no token
//
// Tokens come as RFC 6750 says, in the header only. One that is missing, unknown,
// expired or for another server is 401, with error="invalid_token" where one came;
// one of the wrong kind or without the scope is 403, insufficient_scope. Another
// method is 405.
//
// The mirror sends back whatever it is sent, so its answers are sandboxed; a
// browser cannot be led there without a token anyway. Bodies have at most 64 KiB.
package gateway
