// Parse by the usual layouts.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (auto [layout, value] :
       std::vector<std::pair<std::string_view, const char*>>{{time::ANSIC, "Thu Feb  4 21:00:57 2010"},
                                                             {time::UnixDate, "Thu Feb  4 21:00:57 PST 2010"},
                                                             {time::RubyDate, "Thu Feb 04 21:00:57 -0800 2010"},
                                                             {time::RFC850, "Thursday, 04-Feb-10 21:00:57 PST"},
                                                             {time::RFC1123, "Thu, 04 Feb 2010 21:00:57 PST"},
                                                             {time::RFC3339, "2010-02-04T21:00:57-08:00"},
                                                             {time::RFC3339, "2010-02-04T21:00:57.012345678Z"},
                                                             {time::Kitchen, "3:04PM"},
                                                             {time::DateTime, "2024-02-29 23:59:59"},
                                                             {time::Stamp, "Feb  4 21:00:57"},
                                                             {"2006-002", "2010-035"},
                                                             {"Jan _2 15:04:05.999", "Feb  4 21:00:57.012300000"},
                                                             {"06 1 2 3pm", "70 12 31 12am"},
                                                             {"2006 MST", "2010 GMT-8"},
                                                             {"15:04:05,000", "21:00:57,012"}}) {
    auto [t, err] = time::Parse(layout, value);
    fmt::Println(t, err);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
