package auth

import (
	"context"
	"maps"
	"slices"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Caller is who acts in this request: a signed-in member of staff.
type Caller struct {
	StaffID string
	// Name is how screens call them, "Dr Claire Martin".
	Name  string
	Email string
	// Admin runs the product in all departments and sees no patient data.
	Admin bool
	// Roles are the caller's roles by department id.
	Roles map[string][]Role
	// RequestID and ClientAddress go into the trace.
	RequestID     string
	ClientAddress string

	// departments are all department ids, loaded for administrators only.
	departments []string
	// sessionKey names the session without opening it (its token's hash in hexadecimal).
	sessionKey string
}

// Actor is the caller as the trace knows them.
func (c Caller) Actor() trace.Actor {
	return trace.Actor{Kind: trace.Staff, ID: c.StaffID, RequestID: c.RequestID, ClientAddress: c.ClientAddress}
}

// SessionKey names the caller's session; it opens nothing.
func (c Caller) SessionKey() string { return c.sessionKey }

// Can tells whether the caller may do p in a department.
func (c Caller) Can(departmentID string, p Permission) bool {
	for _, r := range c.Roles[departmentID] {
		if slices.Contains(permissionsOf[r], p) {
			return true
		}
	}
	return c.Admin && departmentID != "" && slices.Contains(permissionsOfAdministrators, p)
}

// Departments returns the ids of the departments where the caller may do p, sorted.
func (c Caller) Departments(p Permission) []string {
	known := slices.Collect(maps.Keys(c.Roles))
	known = append(known, c.departments...)
	slices.Sort(known)
	known = slices.Compact(known)
	return slices.DeleteFunc(known, func(id string) bool { return !c.Can(id, p) })
}

// Scope lets a transaction see the departments where the caller may do p, and no others.
func (c Caller) Scope(p Permission) db.Scope { return db.Departments(c.Departments(p)...) }

// Permissions returns what the caller may do somewhere, sorted.
func (c Caller) Permissions() []Permission {
	var all []Role
	for _, roles := range c.Roles {
		all = append(all, roles...)
	}
	return permissions(c.Admin, all...)
}

// Client is what is known of a request before anybody signs in.
type Client struct {
	// RequestID finds the request in the logs.
	RequestID string
	// Address is the client's IP address, taken only from what a trusted proxy said.
	Address string
}

type (
	callerKey struct{}
	clientKey struct{}
)

// WithCaller puts the caller into a request's context.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom returns the caller, and false when nobody is signed in.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// WithClient puts what is known of the request into its context.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientFrom returns what is known of the request; outside of a request it is empty.
func ClientFrom(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}

// PatientActor is the person behind a patient page, as the trace knows them.
func PatientActor(ctx context.Context) trace.Actor {
	c := ClientFrom(ctx)
	return trace.ByPatient(c.RequestID, c.Address)
}

var (
	errNobody    = fault.New(fault.KindUnauthenticated, "unauthenticated", "Connectez-vous pour continuer.")
	errForbidden = fault.New(fault.KindForbidden, "forbidden", "Vous n’avez pas le droit de faire cela.")
)

// Require returns the caller when they may do p somewhere; where exactly is the use case's question. It is
// an unauthenticated fault when nobody is signed in, a forbidden one when the caller may do it nowhere.
func Require(ctx context.Context, p Permission) (Caller, error) {
	c, ok := CallerFrom(ctx)
	switch {
	case p == Public:
		return c, nil
	case !ok:
		return Caller{}, errNobody
	case p == SignedIn || slices.Contains(c.Permissions(), p):
		return c, nil
	}
	return Caller{}, errForbidden
}

// RequireIn is Require for one department. A department where the caller has no role at all is not found
// rather than forbidden: that it exists is nobody else's business.
func RequireIn(ctx context.Context, departmentID string, p Permission) (Caller, error) {
	c, err := Require(ctx, p)
	if err != nil {
		return Caller{}, err
	}
	if c.Can(departmentID, p) {
		return c, nil
	}
	if len(c.Roles[departmentID]) == 0 && !c.Admin {
		return Caller{}, fault.New(fault.KindNotFound, "not_found", "Cet élément n’existe pas ou n’est pas accessible.")
	}
	return Caller{}, errForbidden
}
