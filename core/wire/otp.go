package wire

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// MaxOTPLength is the longest text that ParseOTP looks at, in bytes.
const MaxOTPLength = 4 << 10

// otpPart is what a transaction id and a code consist of; 16 such characters
// hold 96 bits. The server makes more (at least 128 for the code).
var otpPart = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// OTP is the decoded one-time password of mobile authentication with OTP: the
// name of a transaction and the code that proves that one saw it. Whoever holds
// both can claim the transaction, until it is claimed or expires.
type OTP struct {
	TransactionID string
	Code          Secret
}

// otpMessage is the JSON inside the base64.
type otpMessage struct {
	TransactionID string `json:"transaction_id"`
	Code          Sent   `json:"otp"`
}

// EncodeOTP makes the text that a QR code shows: base64 (RFC 4648, section 4, with
// padding) of {"transaction_id": …, "otp": …}.
func EncodeOTP(transactionID string, code Secret) string {
	return OTP{TransactionID: transactionID, Code: code}.Encode()
}

// Encode is EncodeOTP for a decoded OTP.
func (o OTP) Encode() string {
	// Two strings always marshal.
	data, _ := json.Marshal(otpMessage{TransactionID: o.TransactionID, Code: Sent{o.Code}})
	defer clear(data)
	return base64.StdEncoding.EncodeToString(data)
}

// ParseOTP decodes an OTP. It takes both base64 alphabets, each with or without
// padding, but not the two mixed, and no blanks or line breaks: one OTP should
// not have many spellings. The JSON inside is read by StrictUnmarshal; id and code
// are 16 to 128 letters, digits, hyphens and underscores.
//
// Every error is an *Error with CodeIllegalArgument, and repeats nothing of s.
func ParseOTP(s string) (OTP, error) {
	switch {
	case s == "":
		return OTP{}, Errorf(CodeIllegalArgument, "the OTP is empty")
	case len(s) > MaxOTPLength:
		return OTP{}, Errorf(CodeIllegalArgument, "the OTP is longer than %d bytes", MaxOTPLength)
	}
	data, ok := decodeBase64(s)
	defer clear(data)
	if !ok {
		return OTP{}, Errorf(CodeIllegalArgument, "the OTP is not base64")
	}
	var m otpMessage
	if err := StrictUnmarshal(data, &m); err != nil {
		return OTP{}, Errorf(CodeIllegalArgument, "the OTP does not hold the JSON of an OTP: %w", err)
	}
	if !otpPart.MatchString(m.TransactionID) || !otpPart.Match(m.Code.Bytes()) {
		return OTP{}, Errorf(CodeIllegalArgument, "the OTP must hold transaction_id and otp, each 16 to 128 letters, digits, hyphens or underscores")
	}
	return OTP{TransactionID: m.TransactionID, Code: m.Code.Secret}, nil
}

func decodeBase64(s string) ([]byte, bool) {
	// Even a strict decoder skips line breaks.
	if strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	enc, padded := base64.StdEncoding, strings.HasSuffix(s, "=")
	if strings.ContainsAny(s, "-_") {
		enc = base64.URLEncoding
	}
	if !padded {
		enc = enc.WithPadding(base64.NoPadding)
	}
	data, err := enc.Strict().DecodeString(s)
	return data, err == nil
}

// OTPLink is the deep link that carries an OTP together with the server it is
// for: understudy://otp?server=…&otp=….
func OTPLink(server Origin, otp string) string {
	return "understudy://otp?server=" + url.QueryEscape(server.String()) + "&otp=" + url.QueryEscape(otp)
}

// RegistrationLink is the deep link with which a server offers a registration;
// the code is good for one: understudy://register?server=…&code=….
func RegistrationLink(server Origin, code Secret) string {
	return "understudy://register?server=" + url.QueryEscape(server.String()) + "&code=" + url.QueryEscape(string(code.Bytes()))
}
