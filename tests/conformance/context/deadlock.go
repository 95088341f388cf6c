// Waiting for a context that nobody can cancel any more.

//gort:case background
//gort:case cancel

package main

import (
	"context"
	"os"
)

func main() {
	ctx := context.Background()
	if os.Args[1] == "cancel" {
		ctx, _ = context.WithCancel(ctx)
	}
	<-ctx.Done()
}
