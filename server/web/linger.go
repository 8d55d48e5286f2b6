package web

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A body over maxBody is refused before it was read. Closing the connection then would reset it while the
// client still sends, and the client would never see the answer that says why. So such a connection is
// closed the way web servers linger: say that nothing more comes, read on for a while, then close.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 64 << 20
)

type lingeringListener struct{ net.Listener }

// Accept returns connections that can linger.
func (l lingeringListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lingeringConn{Conn: c}, nil
}

type lingeringConn struct {
	net.Conn
	linger atomic.Bool
}

// linger marks a connection whose client may still be sending.
func linger(c net.Conn) {
	if l, ok := c.(*lingeringConn); ok {
		l.linger.Store(true)
	}
}

// Close closes the connection, after lingering when it was marked.
func (c *lingeringConn) Close() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || !c.linger.Swap(false) || half.CloseWrite() != nil {
		return c.Conn.Close()
	}
	stop := time.AfterFunc(lingerTime, func() { _ = c.Conn.Close() })
	defer stop.Stop()
	_, _ = io.Copy(io.Discard, io.LimitReader(c.Conn, lingerBytes))
	return c.Conn.Close()
}
