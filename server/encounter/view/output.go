package view

import (
	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/problem"
)

// Output answers with one encounter and its version.
type Output struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Detail
}

// Answer makes the output of a command out of the facts after it.
func Answer(s *encounter.Service, f *encounter.Facts, caller auth.Caller, err error) (*Output, error) {
	if err != nil {
		return nil, err
	}
	return &Output{ETag: problem.ETag(f.Version), Body: Of(f, caller, s.Now())}, nil
}

// ByID is the input of an operation on one encounter without a body.
type ByID struct {
	ID string `path:"id" format:"uuid"`
}
