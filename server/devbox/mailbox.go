package devbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Item is one message as a person received it.
type Item struct {
	ID      string `json:"id"`
	Channel string `json:"channel"` // "email" or "sms"
	To      string `json:"to"`
	// Subject and HTML are empty for an SMS.
	Subject     string       `json:"subject"`
	Text        string       `json:"text"`
	HTML        string       `json:"html"`
	Attachments []Attachment `json:"attachments"`
	At          time.Time    `json:"at"`

	// Header is kept for tests: the raw header of a mail.
	Header string `json:"-"`
}

// Attachment is one file of a mail.
type Attachment struct {
	Name    string `json:"name"`
	Type    string `json:"type"` // media type without parameters
	content []byte
}

// Content is the file itself.
func (a Attachment) Content() []byte { return a.content }

// kept is how many messages the mailbox holds; older ones go.
const kept = 500

// mailbox holds the messages, newest last, and writes them to a file when there is one.
type mailbox struct {
	mu    sync.Mutex
	items []Item
	path  string
	file  *os.File
	lines int
}

// line is an item as it is written to the file.
type line struct {
	Item
	Header   string   `json:"header,omitempty"`
	Contents [][]byte `json:"contents,omitempty"`
}

func openMailbox(path string) (*mailbox, error) {
	m := &mailbox{path: path}
	if path == "" {
		return m, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("devbox: %w", err)
	}
	if err := m.load(); err != nil {
		return nil, err
	}
	return m, m.rewrite()
}

func (m *mailbox) load() error {
	content, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("devbox: %w", err)
	}
	scan := bufio.NewScanner(bytes.NewReader(content))
	scan.Buffer(nil, maxMail*2)
	for scan.Scan() {
		var l line
		if json.Unmarshal(scan.Bytes(), &l) != nil || len(l.Contents) != len(l.Attachments) {
			continue // half a line, of a process that was killed
		}
		l.Item.Header = l.Header
		for i := range l.Attachments {
			l.Attachments[i].content = l.Contents[i]
		}
		m.items = append(m.items, l.Item)
	}
	m.trim()
	return nil
}

// rewrite makes the file hold what is in memory.
func (m *mailbox) rewrite() error {
	if m.path == "" {
		return nil
	}
	if m.file != nil {
		_ = m.file.Close()
	}
	file, err := os.OpenFile(m.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("devbox: %w", err)
	}
	m.file, m.lines = file, 0
	for _, it := range m.items {
		if err = m.append(it); err != nil {
			return err
		}
	}
	return nil
}

func (m *mailbox) append(it Item) error {
	if m.file == nil {
		return nil
	}
	l := line{Item: it, Header: it.Header}
	for _, a := range it.Attachments {
		l.Contents = append(l.Contents, a.content)
	}
	text, err := json.Marshal(l)
	if err == nil {
		_, err = m.file.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("devbox: %w", err)
	}
	m.lines++
	return nil
}

func (m *mailbox) trim() {
	if n := len(m.items) - kept; n > 0 {
		m.items = slices.Delete(m.items, 0, n)
	}
}

// put adds a message.
func (m *mailbox) put(it Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	it.ID = randomHex()
	if it.Attachments == nil {
		it.Attachments = []Attachment{}
	}
	m.items = append(m.items, it)
	m.trim()
	if m.lines >= 2*kept {
		return m.rewrite()
	}
	return m.append(it)
}

// list returns all messages, newest first.
func (m *mailbox) list() []Item {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := append([]Item{}, m.items...) // never nil: it is a list in JSON
	slices.Reverse(all)
	return all
}

// clear empties the mailbox.
func (m *mailbox) clear() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = nil
	return m.rewrite()
}

func (m *mailbox) attachment(id, name string) (Attachment, bool) {
	for _, it := range m.list() {
		if it.ID != id {
			continue
		}
		for _, a := range it.Attachments {
			if a.Name == name {
				return a, true
			}
		}
	}
	return Attachment{}, false
}

func (m *mailbox) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return nil
	}
	err := m.file.Close()
	m.file = nil
	return err
}

// Messages returns everything that was received, newest first.
func (b *Box) Messages() []Item { return b.mailbox.list() }

// Clear empties the mailbox.
func (b *Box) Clear() error { return b.mailbox.clear() }
