// Package cause holds the product's own codes of why a message is where it is, beside those of the providers.
package cause

// Causes of the product's own.
const (
	Suppressed = "suppressed" // the recipient refused this channel for good
	Template   = "template"   // the message cannot be rendered
	Secrets    = "secrets"    // the sealed part cannot be opened
	Connection = "connection" // nothing was sent: no connection, or it died in time
	TLS        = "tls"        // nothing was sent: no encryption, or a certificate that is not trusted
	NoAnswer   = "no-answer"  // the connection died when the message may have been taken
	NotTaken   = "not-taken"  // the provider's list proves that an attempt of unknown outcome did not reach it
	Abandoned  = "abandoned"  // a dispatcher died while it held the message
	Complaint  = "complaint"  // the recipient's provider reports it as unwanted
	Internal   = "internal"   // a defect of ours
	// Paused is held back by a person; its time is when it becomes useless, so that nobody waits for it.
	Paused = "paused"
	// Withdrawn was taken back by a person, apart from what lost its sense.
	Withdrawn = "withdrawn"
)
