// One time in every named layout.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Date(2009, time::November, 5, 3, 4, 9, 123456789, time::FixedZone("CET", 3600));
  for (std::string_view l :
       {time::Layout, time::ANSIC, time::UnixDate, time::RubyDate, time::RFC822, time::RFC822Z, time::RFC850,
        time::RFC1123, time::RFC1123Z, time::RFC3339, time::RFC3339Nano, time::Kitchen, time::Stamp, time::StampMilli,
        time::StampMicro, time::StampNano, time::DateTime, time::DateOnly, time::TimeOnly}) {
    fmt::Println(t.Format(l));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
