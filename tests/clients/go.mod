module gort/tests/clients

go 1.21

require (
	github.com/DataDog/gostackparse v0.7.0
	github.com/bugsnag/bugsnag-go v1.9.0
	go.uber.org/goleak v1.3.0
)

require github.com/pkg/errors v0.9.1 // indirect
