package notifications

// Codes of our own, beside those of the providers.
const (
	CodeSuppressed = "suppressed" // the recipient refused this channel for good
	CodeTemplate   = "template"   // the message cannot be rendered
	CodeSecrets    = "secrets"    // the sealed part cannot be opened
	CodeConnection = "connection" // nothing was sent: no connection, or it died in time
	CodeTLS        = "tls"        // nothing was sent: no encryption, or a certificate that is not trusted
	CodeNoAnswer   = "no-answer"  // the connection died when the message may have been taken
	CodeNotTaken   = "not-taken"  // the provider's list proves that an attempt of unknown outcome did not reach it
	CodeAbandoned  = "abandoned"  // a dispatcher died while it held the message
	CodeComplaint  = "complaint"  // the recipient's provider reports it as unwanted
	CodeInternal   = "internal"   // a defect of ours
)
