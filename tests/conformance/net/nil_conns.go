// Methods of nil connections.
package main

import (
	"fmt"
	"net"
	"time"
)

func try(what string, f func() error) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(what, "panics:", e)
		}
	}()
	fmt.Println(what, f())
}

func main() {
	var t *net.TCPConn
	buf := make([]byte, 8)
	try("TCP CloseRead", func() error { return t.CloseRead() })
	try("TCP CloseWrite", func() error { return t.CloseWrite() })
	try("TCP SetNoDelay", func() error { return t.SetNoDelay(true) })
	try("TCP SetKeepAlive", func() error { return t.SetKeepAlive(true) })
	try("TCP SetKeepAlivePeriod", func() error { return t.SetKeepAlivePeriod(time.Second) })
	try("TCP SetLinger", func() error { return t.SetLinger(0) })
	try("TCP SetReadBuffer", func() error { return t.SetReadBuffer(1) })
	try("TCP SetWriteBuffer", func() error { return t.SetWriteBuffer(1) })
	try("TCP File", func() error { _, err := t.File(); return err })
	try("TCP SyscallConn", func() error { _, err := t.SyscallConn(); return err })
	try("TCP Read", func() error { _, err := t.Read(buf); return err })
	try("TCP Close", func() error { return t.Close() })
	var u *net.UDPConn
	try("UDP ReadFrom", func() error { _, _, err := u.ReadFrom(buf); return err })
	try("UDP ReadFromUDP", func() error { _, _, err := u.ReadFromUDP(buf); return err })
	try("UDP WriteTo", func() error { _, err := u.WriteTo(buf, &net.UDPAddr{}); return err })
	try("UDP WriteToUDP", func() error { _, err := u.WriteToUDP(buf, &net.UDPAddr{}); return err })
	try("UDP ReadMsgUDP", func() error { _, _, _, _, err := u.ReadMsgUDP(buf, nil); return err })
	try("UDP WriteMsgUDP", func() error { _, _, err := u.WriteMsgUDP(buf, nil, nil); return err })
	try("UDP SetReadBuffer", func() error { return u.SetReadBuffer(1) })
	try("UDP File", func() error { _, err := u.File(); return err })
	try("UDP SyscallConn", func() error { _, err := u.SyscallConn(); return err })
	try("UDP Write", func() error { _, err := u.Write(buf); return err })
	var x *net.UnixConn
	try("Unix ReadFrom", func() error { _, _, err := x.ReadFrom(buf); return err })
	try("Unix ReadFromUnix", func() error { _, _, err := x.ReadFromUnix(buf); return err })
	try("Unix WriteTo", func() error { _, err := x.WriteTo(buf, &net.UnixAddr{}); return err })
	try("Unix WriteToUnix", func() error { _, err := x.WriteToUnix(buf, &net.UnixAddr{}); return err })
	try("Unix ReadMsgUnix", func() error { _, _, _, _, err := x.ReadMsgUnix(buf, nil); return err })
	try("Unix WriteMsgUnix", func() error { _, _, err := x.WriteMsgUnix(buf, nil, nil); return err })
	try("Unix CloseRead", func() error { return x.CloseRead() })
	try("Unix CloseWrite", func() error { return x.CloseWrite() })
	try("Unix SyscallConn", func() error { _, err := x.SyscallConn(); return err })
	try("Unix File", func() error { _, err := x.File(); return err })
	var l *net.TCPListener
	try("TCPListener Accept", func() error { _, err := l.Accept(); return err })
	try("TCPListener AcceptTCP", func() error { _, err := l.AcceptTCP(); return err })
	try("TCPListener Close", func() error { return l.Close() })
	try("TCPListener SetDeadline", func() error { return l.SetDeadline(time.Time{}) })
	try("TCPListener Addr", func() error { l.Addr(); return nil })
	var ul *net.UnixListener
	try("UnixListener AcceptUnix", func() error { _, err := ul.AcceptUnix(); return err })
	try("UnixListener Close", func() error { return ul.Close() })
	try("UnixListener Addr", func() error { ul.Addr(); return nil })
}
