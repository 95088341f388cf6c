#include <cstring>
#include <system_error>

#include <gort/os/error.h>

namespace gort::syscall {

// Go's texts are the C library's of when its table was made, with a small first letter, unless the first word is an
// abbreviation.
std::string Errno::Error() const {
  if (e_ == ESTALE) return "stale NFS file handle";
  const char* text = e_ > 0 && e_ < EHWPOISON ? strerrordesc_np(value()) : nullptr;
  if (text == nullptr) return "errno " + std::to_string(static_cast<int64_t>(e_));
  std::string s = text;
  if (s.size() > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z') s[0] = static_cast<char>(s[0] + 32);
  return s;
}

bool Errno::Is(const error& target) const {
  if (target == os::ErrPermission) return e_ == EACCES || e_ == EPERM;
  if (target == os::ErrExist) return e_ == EEXIST || e_ == ENOTEMPTY;
  if (target == os::ErrNotExist) return e_ == ENOENT;
  if (target == errors::ErrUnsupported) return e_ == ENOSYS || e_ == EOPNOTSUPP;
  return false;
}

bool Errno::As(const any& target) const {
  auto* code = target.as<std::error_code*>();
  if (code == nullptr) return false;
  **code = std::error_code(value(), std::system_category());
  return true;
}

}  // namespace gort::syscall
