package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostTexts is as many shared texts as Excel has rows: beyond it the memory would not be bounded.
const mostTexts = 1 << 20

var (
	errText  = errors.New("sheet: a cell points to a text that is not there")
	errTexts = errors.New("sheet: too many shared texts")
)

// sharedTexts are the texts of all sheets, to which cells point by number. They are read only as far as
// they are asked for: they stand in the order of the cells, and a sheet may be given up early.
type sharedTexts struct {
	archive *archive
	part    string
	in      *tokens
	list    []string
}

func (s *sharedTexts) get(number string) (string, error) {
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 0 {
		return "", errText
	}
	if n >= mostTexts {
		return "", errTexts
	}
	if s.in == nil {
		if s.in, err = s.archive.tokens(s.part); err != nil {
			return "", err
		}
	}
	for n >= len(s.list) {
		if err := s.more(); err != nil {
			return "", err
		}
	}
	return s.list[n], nil
}

// more reads one text.
func (s *sharedTexts) more() error {
	for {
		token, err := s.in.next()
		if errors.Is(err, io.EOF) {
			return errText
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "si" {
			text, err := s.in.richText("si")
			if err != nil {
				return err
			}
			s.list = append(s.list, text)
			return nil
		}
	}
}

func (s *sharedTexts) rest() error {
	if s.in == nil {
		return nil
	}
	return s.in.part.rest()
}

func (s *sharedTexts) close() {
	if s.in != nil {
		_ = s.in.part.Close() // it was only read
	}
}

// richText joins the runs of a text up to the end of the element that holds it. The reading aids over
// East Asian text (rPh) are no part of it.
func (t *tokens) richText(element string) (string, error) {
	var b strings.Builder
	text, aid := false, false
	for {
		token, err := t.next()
		if err != nil {
			return "", unfinished(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = token.Name.Local == "t"
			aid = aid || token.Name.Local == "rPh"
		case xml.CharData:
			if text && !aid {
				b.Write(token)
			}
		case xml.EndElement:
			text = false
			switch token.Name.Local {
			case "rPh":
				aid = false
			case element:
				return clean(unescape(b.String())), nil
			}
		}
	}
}

// unfinished is the error for XML that ends inside of an element.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes how Excel writes what XML cannot hold: _x000D_ is a carriage return.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(code string) string {
		const hexadecimal, bits = 16, 32
		r, err := strconv.ParseInt(code[2:6], hexadecimal, bits)
		if err != nil || !utf8.ValidRune(rune(r)) {
			return code
		}
		return string(rune(r))
	})
}
