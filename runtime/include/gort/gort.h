// gort/gort.h: all of gort. See the single headers for the manual.
#pragma once
#include <gort/any.h>
#include <gort/chan.h>
#include <gort/debug.h>
#include <gort/duration.h>
#include <gort/error.h>
#include <gort/errors.h>
#include <gort/fmt.h>
#include <gort/func.h>
#include <gort/go.h>
#include <gort/main.h>
#include <gort/print.h>
#include <gort/runtime.h>
#include <gort/runtime_error.h>
#include <gort/select.h>
#include <gort/sync.h>
#include <gort/time.h>
