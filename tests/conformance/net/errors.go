// Texts and kinds of the errors of package net, as programs meet them: dialing, listening, closed connections, deadlines. Ports that the
// system picks are replaced.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

func scrub(s string) string {
	var out strings.Builder
	for {
		i := strings.Index(s, "127.0.0.1:")
		if i < 0 {
			return out.String() + s
		}
		i += len("127.0.0.1:")
		out.WriteString(s[:i])
		n := 0
		for i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '9' {
			n++
		}
		if n > 3 {
			out.WriteString("PORT")
		} else {
			out.WriteString(s[i : i+n])
		}
		s = s[i+n:]
	}
}

func show(what string, err error) {
	if err == nil {
		fmt.Println(what+":", "no error")
		return
	}
	kind := ""
	if ne, ok := err.(net.Error); ok {
		kind = fmt.Sprintf("timeout=%v temporary=%v", ne.Timeout(), ne.Temporary())
	}
	fmt.Println(what+":", scrub(err.Error()), kind, errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded),
		errors.Is(err, syscall.ECONNREFUSED), err == io.EOF)
}

func dial(network, address string) {
	_, err := net.Dial(network, address)
	show("dial "+network+" "+address, err)
}

func listen(network, address string) {
	_, err := net.Listen(network, address)
	show("listen "+network+" "+address, err)
}

func dials() {
	dial("tcp", "127.0.0.1:1")
	dial("tcp", "127.0.0.1")
	dial("tcp", "127.0.0.1:99999")
	dial("tcp", "127.0.0.1:-1")
	dial("tcp", "127.0.0.1:nosuchservice")
	dial("tcp", "")
	dial("foo", "127.0.0.1:1")
	dial("tcp4", "[::1]:1")
	dial("tcp6", "127.0.0.1:1")
	dial("tcp", "::1:80")
	dial("unix", "/nonexistent/sock")
	dial("unix", "")
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.1")}}
	_, err := d.Dial("tcp", "127.0.0.1:1")
	show("local address", err)
	d = net.Dialer{LocalAddr: &net.UDPAddr{}}
	_, err = d.Dial("tcp", "127.0.0.1:1")
	show("local address of another kind", err)
	_, err = net.DialTimeout("tcp", "127.0.0.1:1", -1)
	show("no time", err)
	_, err = net.DialTCP("tcp", nil, nil)
	show("DialTCP", err)
	_, err = net.DialUDP("tcp", nil, nil)
	show("DialUDP", err)
}

func listens() {
	listen("tcp", "192.0.2.1:0")
	listen("udp", "127.0.0.1:0")
	listen("tcp", "127.0.0.1:99999")
	listen("unix", strings.Repeat("x", 200))
	_, err := net.ListenPacket("tcp", "127.0.0.1:0")
	show("ListenPacket", err)
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	_, err = net.Listen("tcp", l.Addr().String())
	show("in use", err)
	l.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Millisecond))
	_, err = l.Accept()
	show("accept", err)
	l.Close()
	_, err = l.Accept()
	show("accept", err)
	show("close", l.Close())
	show("deadline", l.(*net.TCPListener).SetDeadline(time.Now()))
}

func conns() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	c, _ := net.Dial("tcp", l.Addr().String())
	s, _ := l.Accept()
	b := make([]byte, 10)
	c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err := c.Read(b)
	show("read", err)
	c.SetDeadline(time.Now().Add(-time.Second))
	_, err = c.Write(b)
	show("write", err)
	c.SetDeadline(time.Time{})
	_, err = c.Read(nil)
	show("read nothing", err)
	s.Close()
	_, err = c.Read(b)
	show("read", err)
	_, err = s.Read(b)
	show("read", err)
	_, err = s.Write(b)
	show("write", err)
	show("close", s.Close())
	show("deadline", s.SetDeadline(time.Now()))
	show("no delay", s.(*net.TCPConn).SetNoDelay(true))
	show("close write", s.(*net.TCPConn).CloseWrite())
}

func packets() {
	p, _ := net.ListenPacket("udp", "127.0.0.1:0")
	b := make([]byte, 10)
	_, err := p.WriteTo(b, &net.TCPAddr{})
	show("write to", err)
	p.SetReadDeadline(time.Now().Add(-1))
	_, _, err = p.ReadFrom(b)
	show("read from", err)
	c, _ := net.Dial("udp", p.LocalAddr().String())
	_, err = c.(*net.UDPConn).WriteTo(b, p.LocalAddr())
	show("write to, connected", err)
	_, err = c.Write(make([]byte, 70000))
	show("too big", err)
	p.Close()
	_, _, err = p.ReadFrom(b)
	show("read from", err)
}

func pipes() {
	a, b := net.Pipe()
	buf := make([]byte, 10)
	a.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	_, err := a.Read(buf)
	show("pipe read", err)
	b.Close()
	_, err = a.Read(buf)
	show("pipe read", err)
	_, err = a.Write(buf)
	show("pipe write", err)
	show("pipe deadline", a.SetDeadline(time.Now()))
}

// What net.Dial cannot be asked for: ports that are none, listeners and packets on the other kind of Unix socket.
func structs() {
	local := net.IPv4(127, 0, 0, 1)
	for _, port := range []int{-5, 65536, 70000} {
		_, err := net.ListenTCP("tcp", &net.TCPAddr{Port: port})
		show("listen tcp", err)
		_, err = net.ListenTCP("tcp4", &net.TCPAddr{IP: local, Port: port})
		show("listen tcp4", err)
		_, err = net.ListenUDP("udp", &net.UDPAddr{Port: port})
		show("listen udp", err)
		_, err = net.DialTCP("tcp", nil, &net.TCPAddr{IP: local, Port: port})
		show("dial tcp", err)
		_, err = net.DialUDP("udp", &net.UDPAddr{Port: port}, &net.UDPAddr{IP: local, Port: 1})
		show("dial udp from", err)
		u, _ := net.ListenUDP("udp4", &net.UDPAddr{IP: local})
		to := &net.UDPAddr{IP: local, Port: port}
		_, err = u.WriteTo([]byte("x"), to)
		show("write to", err)
		_, _, err = u.WriteMsgUDP([]byte("x"), nil, to)
		show("write message", err)
		u.Close()
	}
	_, err := net.ListenPacket("unix", "/nonexistent/sock")
	show("listen packet unix", err)
	_, err = net.ListenPacket("unixpacket", "/nonexistent/sock")
	show("listen packet unixpacket", err)
	_, err = net.Listen("unixgram", "/nonexistent/sock")
	show("listen unixgram", err)
}

func wrapped() {
	_, err := net.Dial("tcp", "127.0.0.1:1")
	for _, e := range []error{err, fmt.Errorf("wrapped: %w", err), os.ErrDeadlineExceeded, io.EOF, fmt.Errorf("%w and %w", io.EOF, os.ErrDeadlineExceeded)} {
		var ne net.Error
		if errors.As(e, &ne) {
			fmt.Println("net.Error", ne.Timeout(), scrub(ne.Error()))
		} else {
			fmt.Println("another", ne == nil, e)
		}
	}
}

func parts() {
	u, _ := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	u.WriteTo([]byte("message"), u.LocalAddr())
	b := make([]byte, 3)
	n, oobn, flags, _, err := u.ReadMsgUDP(b, nil)
	fmt.Printf("cut message %d %d %#x %s %v\n", n, oobn, flags, b, err)
	u.Close()
	buffers := net.Buffers{[]byte("a"), nil, []byte("bc"), nil}
	for i := 0; i < 5; i++ {
		n, err := buffers.Read(b[:i%3])
		fmt.Println("buffers", n, err, len(buffers))
	}
}

func main() {
	structs()
	wrapped()
	parts()
	dials()
	listens()
	conns()
	packets()
	pipes()
}
