// gort/net.h: package net. Network connections on which goroutines wait without holding a thread.
//
//   net/ip.h     IP addresses, ParseIP, SplitHostPort ...
//   net/addr.h   Addr, TCPAddr ..., ResolveTCPAddr ...
//   net/lookup.h LookupHost ..., Resolver
//   net/error.h  OpError ..., ErrClosed, Error
//   net/conn.h   Conn, PacketConn, Listener and their kinds
//   net/dial.h   Dial, Listen, ListenPacket, Pipe ...
//
// An echo server:
//
//   void entry() {
//     auto [l, err] = net::Listen("tcp", "127.0.0.1:7");
//     if (err) panic(err);
//     for (;;) {
//       auto [c, err] = l.Accept();
//       if (err) return;
//       go([c = c] {
//         io::Copy(c, c);
//         c.Close();
//       });
//     }
//   }
#ifndef GORT_NET_H_
#define GORT_NET_H_

#include <gort/net/addr.h>
#include <gort/net/conn.h>
#include <gort/net/dial.h>
#include <gort/net/error.h>
#include <gort/net/ip.h>
#include <gort/net/lookup.h>

#endif  // GORT_NET_H_
