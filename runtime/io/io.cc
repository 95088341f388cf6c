#include <gort/io.h>

namespace gort::io {

const error EOF = errors::New("EOF");
const error ErrUnexpectedEOF = errors::New("unexpected EOF");
const error ErrClosedPipe = errors::New("io: read/write on closed pipe");
const error ErrShortWrite = errors::New("short write");
const error ErrShortBuffer = errors::New("short buffer");
const error ErrNoProgress = errors::New("multiple Read calls return no data or error");
const error detail::errInvalidWrite = errors::New("invalid write result");

}  // namespace gort::io
