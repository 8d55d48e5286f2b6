// Package outreach decides what a patient is told about an encounter, when, and by which channel. It is pure: the
// same facts, settings and time give the same answer, whenever and however often somebody asks. Whoever asks
// compares the answer with the messages that are there, and writes or takes back what differs.
//
// That a message was accepted by a provider is never taken for its having arrived.
package outreach
