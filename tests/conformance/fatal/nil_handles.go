// What goes through nil is a fault: the address in the report says where.
//
//gort:case error
//gort:case deadline
//gort:case done
//gort:case err
//gort:case value
//gort:case cause
//gort:case cancel
//gort:case cancelCause
//gort:case lock
//gort:case unlock
//gort:case read
//gort:case write
//gort:case close
//gort:case remoteAddr
//gort:case setDeadline
//gort:case writeTo
//gort:case accept
//gort:case addr
//gort:case addrString
//gort:case gcStats
package main

import (
	"context"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// handles are what the calls go through: nil, which the compiler does not know.
type handles struct {
	err         error
	ctx         context.Context
	cancel      context.CancelFunc
	cancelCause context.CancelCauseFunc
	locker      sync.Locker
	conn        net.Conn
	packets     net.PacketConn
	listener    net.Listener
	address     net.Addr
	stats       *debug.GCStats
}

//go:noinline
func none() handles {
	return handles{}
}

func main() {
	h := none()
	switch os.Args[1] {
	case "error":
		_ = h.err.Error()
	case "deadline":
		h.ctx.Deadline()
	case "done":
		h.ctx.Done()
	case "err":
		h.ctx.Err()
	case "value":
		h.ctx.Value("key")
	case "cause":
		context.Cause(h.ctx)
	case "cancel":
		h.cancel()
	case "cancelCause":
		h.cancelCause(nil)
	case "lock":
		h.locker.Lock()
	case "unlock":
		h.locker.Unlock()
	case "read":
		h.conn.Read(nil)
	case "write":
		h.conn.Write(nil)
	case "close":
		h.conn.Close()
	case "remoteAddr":
		h.conn.RemoteAddr()
	case "setDeadline":
		h.packets.SetDeadline(time.Time{})
	case "writeTo":
		h.packets.WriteTo(nil, nil)
	case "accept":
		h.listener.Accept()
	case "addr":
		h.listener.Addr()
	case "addrString":
		_ = h.address.String()
	case "gcStats":
		debug.ReadGCStats(h.stats)
	}
}
