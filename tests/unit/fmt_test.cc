// fmt_test.cc: gort::fmt against what Go 1.22.12 printed for the same calls.
#include <gort/fmt.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <variant>

#include <gort/duration.h>
#include <gort/errors.h>
#include <gort/func.h>

#include "tests/unit/fmt_test_values.h"

namespace gort {
namespace {

// clang-format off
TEST(Fmt, SprintfIsGos) {
  EXPECT_EQ(fmt::Sprint(std::vector<bool>{true, false, true}), "[true false true]");
  EXPECT_EQ(fmt::Sprint(std::make_shared<std::vector<int>>(2), std::shared_ptr<int>()), "&[0 0] <nil>");
  EXPECT_EQ(fmt::Sprintf("%v %v", std::pair(std::string("a"), 1), std::tuple(2, true, std::string("b"))), "{a 1} {2 true b}");
  volatile int seven = 7;
  EXPECT_EQ(fmt::Sprint(seven), "7");
  EXPECT_EQ(fmt::Sprintf("%d|%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42, 42), "42|   42|42   |00042|+42| 42");
  EXPECT_EQ(fmt::Sprintf("%x|%X|%#x|%#X|%o|%#o|%O|%b|%#b", 255, 255, 255, 255, 8, 8, 8, 5, 5), "ff|FF|0xff|0XFF|10|010|0o10|101|0b101");
  EXPECT_EQ(fmt::Sprintf("%c|%q|%U|%#U|%#q|%+q", 65, 65, 65, 65, 65, 9731), "A|'A'|U+0041|U+0041 'A'|'A'|'\\u2603'");
  EXPECT_EQ(fmt::Sprintf("%c|%q|%U|%#U", 9731, 9731, 9731, 9731), "\342\230\203|'\342\230\203'|U+2603|U+2603 '\342\230\203'");
  EXPECT_EQ(fmt::Sprintf("%d|%x|%v", -42, -42, -42), "-42|-2a|-42");
  EXPECT_EQ(fmt::Sprintf("%.3d|%8.3d|%-8.3d|%08.3d|%.0d|%5.0d", 7, 7, 7, 7, 0, 0), "007|     007|007     |     007||     ");
  EXPECT_EQ(fmt::Sprintf("%v|%g|%e|%f|%G|%E|%F", 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5), "1.5|1.5|1.500000e+00|1.500000|1.5|1.500000E+00|1.500000");
  EXPECT_EQ(fmt::Sprintf("%v %v %v %v %v %v", 0.0, 100000.0, 1000000.0, 123456789.0, 1e20, 1e21), "0 100000 1e+06 1.23456789e+08 1e+20 1e+21");
  EXPECT_EQ(fmt::Sprintf("%v %v %v %v", 1e-4, 1e-5, 0.1, 3.141592653589793), "0.0001 1e-05 0.1 3.141592653589793");
  EXPECT_EQ(fmt::Sprintf("%5.2f|%-8.3f|%08.3f|%+.1f|% .2f|%.0f|%6.0f", 3.14159, 3.14159, -3.14159, 3.14159, 3.14159, 2.5, 3.5), " 3.14|3.142   |-003.142|+3.1| 3.14|2|     4");
  EXPECT_EQ(fmt::Sprintf("%.3g|%.10g|%10.3g|%-10.3g|%g", 1234567.0, 1234567.0, 1234567.0, 1234567.0, 1e6), "1.23e+06|1234567|  1.23e+06|1.23e+06  |1e+06");
  EXPECT_EQ(fmt::Sprintf("%.3e|%12.4e|%e", 123456.789, 123456.789, 0.0), "1.235e+05|  1.2346e+05|0.000000e+00");
  EXPECT_EQ(fmt::Sprintf("%#g|%#.3g|%#f|%#.0f|%#v|%#e|%#.0e", 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), "1.00000|1.00|1.000000|1.|1|1.000000e+00|1.e+00");
  EXPECT_EQ(fmt::Sprintf("%x|%X|%.3x|%b", 1.0, -3.75, 1.1, 1.0), "0x1p+00|-0X1.EP+01|0x1.19ap+00|4503599627370496p-52");
  EXPECT_EQ(fmt::Sprintf("%x|%b|%x", 1e300, 1e300, 0.0), "0x1.7e43c8800759cp+996|6724873095247260p+944|0x0p+00");
  EXPECT_EQ(fmt::Sprintf("%6v|%-6v|%06v|%+v", 1.5, 1.5, 1.5, 1.5), "   1.5|1.5   |0001.5|1.5");
  EXPECT_EQ(fmt::Sprintf("%s|%10s|%-10s|%.2s|%q|%x|%X|% x|%#x|%# x", "hello", "hello", "hello", "hello", "hello", "hello", "hello", "hello", "hello", "hello"), "hello|     hello|hello     |he|\"hello\"|68656c6c6f|68656C6C6F|68 65 6c 6c 6f|0x68656c6c6f|0x68 0x65 0x6c 0x6c 0x6f");
  EXPECT_EQ(fmt::Sprintf("%v|%10v|%-10v|%d|%t|%f", "hi", "hi", "hi", "hi", "hi", "hi"), "hi|        hi|hi        |%!d(string=hi)|%!t(string=hi)|%!f(string=hi)");
  EXPECT_EQ(fmt::Sprintf("%q|%+q|%#q|%q", "a\"b\\c\n\t\x01\x7f", "h\u00e9\u4e16", "raw`", "\xff\u200b"), "\"a\\\"b\\\\c\\n\\t\\x01\\x7f\"|\"h\\u00e9\\u4e16\"|\"raw`\"|\"\\xff\\u200b\"");
  EXPECT_EQ(fmt::Sprintf("%#q|%#q|%#+q", "plain", "with`tick", "h\u00e9"), "`plain`|\"with`tick\"|`h\303\251`");
  EXPECT_EQ(fmt::Sprintf("%05s|%5q|%-8q|%.3q|%x|%5x", "ab", "x", "x", "abcdef", "", ""), "000ab|  \"x\"|\"x\"     |\"abc\"||     ");
  EXPECT_EQ(fmt::Sprintf("%t|%v|%5t|%-7t|%d|%s", true, false, true, false, true, false), "true|false| true|false  |%!d(bool=true)|%!s(bool=false)");
  EXPECT_EQ(fmt::Sprintf("%v|%d|%s|%x", nil, nil, nil, nil), "<nil>|%!d(<nil>)|%!s(<nil>)|%!x(<nil>)");
  EXPECT_EQ(fmt::Sprintf("%T|%T|%T|%T|%T|%T", 1, "s", 1.5, true, nil, i8(3)), "int|string|float64|bool|<nil>|int8");
  EXPECT_EQ(fmt::Sprintf("%d %d", 1), "1 %!d(MISSING)");
  EXPECT_EQ(fmt::Sprintf("%d", 1, 2, "three"), "1%!(EXTRA int=2, string=three)");
  EXPECT_EQ(fmt::Sprintf("%!|%z|%", 1), "%!!(int=1)|%!z(MISSING)|%!(NOVERB)");
  EXPECT_EQ(fmt::Sprintf("%z %y", 1, "a"), "%!z(int=1) %!y(string=a)");
  EXPECT_EQ(fmt::Sprintf("100%%|%5%|%d", 3), "100%|%|3");
  EXPECT_EQ(fmt::Sprintf("no verbs", 1, nil, "x"), "no verbs%!(EXTRA int=1, <nil>, string=x)");
  EXPECT_EQ(fmt::Sprintf("%[2]d %[1]d|%[3]*.[2]*[1]f|%[1]d", 1, 2, 5), "2 1|%!f(int=   01)|1");
  EXPECT_EQ(fmt::Sprintf("%[2]d %d|%[5]d|%[x]d|%[]d|%[1]", 1, 2), "2 %!d(MISSING)|%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!(NOVERB)");
  EXPECT_EQ(fmt::Sprintf("%*d|%-*d|%*d|%.*f", 5, 42, 5, 42, -5, 42, 2, 3.14159), "   42|42   |42   |3.14");
  EXPECT_EQ(fmt::Sprintf("%*d|%.*d", "x", 1, -1, 5), "%!(BADWIDTH)1|%!(BADPREC)5");
  EXPECT_EQ(fmt::Sprintf("%*d|%*d", ~uint64_t{0}, 1, -3, 5), "%!(BADWIDTH)1|5  ");
  EXPECT_EQ(fmt::Sprintf("%.1000e", 1.5), "1.5" + std::string(999, '0') + "e+00");
  EXPECT_EQ(fmt::Sprintf("%.1000x", 1.5), "0x1.8" + std::string(999, '0') + "p+00");
  EXPECT_EQ(fmt::Sprintf("%w|%w", std::vector<uint8_t>{1, 2}, std::vector<int>{1}), "[%!w(uint8=1) %!w(uint8=2)]|%!w([]int=[1])");
  EXPECT_EQ(fmt::Sprintf("%t", fmt::Errorf("a %w", 5)), "&{%!t(string=a %!w(int=5)) <nil>}");
  EXPECT_EQ(fmt::Sprintf("%[3]2d|%[1].2d", 1, 2, 3), "%!d(BADINDEX)|%!d(BADINDEX)");
  EXPECT_EQ(fmt::Sprintf("%v|%v|%v|%v|%v", i8(-5), u8(200), i16(-300), u64(18446744073709551615u), i64(-9223372036854775807)), "-5|200|-300|18446744073709551615|-9223372036854775807");
  EXPECT_EQ(fmt::Sprintf("%x|%d|%b|%o", i8(-5), u8(200), i8(-1), u16(65535)), "-5|200|-1|177777");
  EXPECT_EQ(fmt::Sprintf("%v|%g|%.3f|%T", f32(0.1), f32(3.4e38), f32(1.005), f32(1)), "0.1|3.4e+38|1.005|float32");
  EXPECT_EQ(fmt::Sprintf("%v|%.2f|%+v|%T|%8.1f", cx(1,-2), cx(1.5,2.25), cx(1,2), cx(0,0), cx(1,2)), "(1-2i)|(1.50+2.25i)|(1+2i)|complex128|(     1.0    +2.0i)");
  EXPECT_EQ(fmt::Sprintf("%v|%d|%x|%s|%T|%03d|%5d", ints{1,2,3}, ints{1,2,3}, ints{10,11,12}, ints{1,2}, ints{1}, ints{1,2}, ints{1,2}), "[1 2 3]|[1 2 3]|[a b c]|[%!s(int=1) %!s(int=2)]|[]int|[001 002]|[    1     2]");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%q|%d|%x|%T|%5s", strs{"a","b c"}, strs{"a","b c"}, strs{"a","b c"}, strs{"a"}, strs{"hi","yo"}, strs{"a"}, strs{"a","b"}), "[a b c]|[a b c]|[\"a\" \"b c\"]|[%!d(string=a)]|[6869 796f]|[]string|[    a     b]");
  EXPECT_EQ(fmt::Sprintf("%v|%d|%s|%T", m1(), m1(), m1(), m1()), "map[a:1 b:2 c:3]|map[%!d(string=a):1 %!d(string=b):2 %!d(string=c):3]|map[a:%!s(int=1) b:%!s(int=2) c:%!s(int=3)]|map[string]int");
  EXPECT_EQ(fmt::Sprintf("%v|%T", m2(), m2()), "map[-1:[y z] 3:[x]]|map[int][]string");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%x|%q|%d|%X|% x|%T", bs("hi"), bs("hi"), bs("hi"), bs("hi"), bs("hi"), bs("hi"), bs("hi"), bs("hi")), "[104 105]|hi|6869|\"hi\"|[104 105]|6869|68 69|[]uint8");
  EXPECT_EQ(fmt::Sprintf("%v|%T|%s|%d", ar(), ar(), ar(), ar()), "[1 2]|[2]int|[%!s(int=1) %!s(int=2)]|[1 2]");
  EXPECT_EQ(fmt::Sprintf("%#v|%#v|%#v|%#v|%#v|%#v", 1, "q", 1.0, true, u8(3), ints{1,2}), "1|\"q\"|1|true|0x3|[]int{1, 2}");
  EXPECT_EQ(fmt::Sprintf("%#v|%#v|%#v|%#v", strs{"a"}, m1(), nil, i64(4)), "[]string{\"a\"}|map[string]int{\"a\":1, \"b\":2, \"c\":3}|<nil>|4");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%q|%d|%x|%10v|%T", E(), E(), E(), E(), E(), E(), E()), "E!|E!|\"E!\"|{}|4521|        E!|main.et");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%d|%T|%+v", S(), S(), S(), S(), S()), "S!|S!|{}|main.stt|S!");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%v|%T", newerr(), newerr(), nilerr(), newerr()), "boom|boom|<nil>|*errors.errorString");
  EXPECT_EQ(fmt::Sprintf("%v|%d|%v", errs(), ints{}, strs{}), "[a <nil> E!]|[]|[]");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%d|%T|%x|%c|%q", MyInt(7), MyInt(7), MyInt(7), MyInt(7), MyInt(70), MyInt(70), MyInt(70)), "7|%!s(main.MyInt=7)|7|main.MyInt|46|F|'F'");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%T|%q", MyStr("ms"), MyStr("ms"), MyStr("ms"), MyStr("ms")), "ms|ms|main.MyStr|\"ms\"");
  EXPECT_EQ(fmt::Sprintf("%v|%s|%d|%T|%5.1f", dur(1500000000), dur(1500000000), dur(1500000000), dur(1), dur(5)), "1.5s|1.5s|1500000000|time.Duration|%!f(time.Duration=    5)");
  EXPECT_EQ(fmt::Sprintf("%v|%v", pints(), pm1()), "&[1 2]|&map[a:1 b:2 c:3]");
  EXPECT_EQ(fmt::Sprintf("%v|%v", anys(), anys2()), "[1 a <nil> 2.5 e [1]]|map[j:s k:1 n:<nil>]");
  EXPECT_EQ(fmt::Sprintf("%v|%T|%d", St(1, 2), St(1, 2), St(3, 4)), "{1 2}|main.stx|{3 4}");
  EXPECT_EQ(fmt::Sprintf("%v|%v", pSt(), Sts()), "&{1 2}|[{1 2} {3 4}]");
  EXPECT_EQ(fmt::Sprintf("%p|%v|%d|%s", nilp(), nilp(), nilp(), nilp()), "0x0|<nil>|0|%!s(*int=<nil>)");
  EXPECT_EQ(fmt::Sprintf("%w", newerr()), "%!w(*errors.errorString=&{boom})");
  EXPECT_EQ(fmt::Sprintf("%#v", newerr()), "&errors.errorString{\"boom\"}");
  EXPECT_EQ(fmt::Sprintf("%w %d", 1, 1), "%!w(int=1) 1");
  EXPECT_EQ(fmt::Sprintf("%6.2f%%|%+5d|%x", 12.3456, 7, "hi"), " 12.35%|   +7|6869");
  EXPECT_EQ(fmt::Sprintf("%s %s", "only"), "only %!s(MISSING)");
  EXPECT_EQ(fmt::Sprintf("%-010d|%+05d|% 05d|%x|%#08x", 5, 5, 5, u64(255), 255), "5         |+0005| 0005|ff|0x000000ff");
  EXPECT_EQ(fmt::Sprintf("%+q|%+q|%q|%q", 233, 128512, 128512, 0), "'\\u00e9'|'\\U0001f600'|'\360\237\230\200'|'\\x00'");
  EXPECT_EQ(fmt::Sprintf("%U|%#U|%.6U|%10U|%-10U|%#.8U", 128512, 128512, 65, 65, 65, 233), "U+1F600|U+1F600 '\360\237\230\200'|U+000041|    U+0041|U+0041    |U+000000E9 '\303\251'");
  EXPECT_EQ(fmt::Sprintf("%v|%.3v|%10.3v|%.3s|%5.1q", "h\u00e9llo", "h\u00e9llo", "h\u00e9llo", "\u4e16\u754c\u4eba\u6c11", "\u4e16\u754c"), "h\303\251llo|h\303\251l|       h\303\251l|\344\270\226\347\225\214\344\272\272|  \"\344\270\226\"");
  EXPECT_EQ(fmt::Sprintf("%e|%g|%f|%08f|%+f|% f|%-8f|%v", inf(), inf(), ninf(), inf(), inf(), inf(), inf(), not_a_number()), "+Inf|+Inf|-Inf|    +Inf|+Inf| Inf|+Inf    |NaN");
  EXPECT_EQ(fmt::Sprintf("%+v|% v|%08v|%8.2f|%x", not_a_number(), not_a_number(), not_a_number(), not_a_number(), inf()), "NaN| NaN|     NaN|     NaN|+Inf");
  EXPECT_EQ(fmt::Sprintf("%v %v %v", negz(), 5e-324, 1.7976931348623157e308), "-0 5e-324 1.7976931348623157e+308");
  EXPECT_EQ(fmt::Sprintf("%#v %#v %#v", std::vector<u8>{1, 2}, std::vector<std::vector<u8>>{{1}}, std::array<u8, 2>{1, 2}), "[]byte{0x1, 0x2} [][]uint8{[]uint8{0x1}} [2]uint8{0x1, 0x2}");
  EXPECT_EQ(fmt::Sprintf("%.1x %.0x %.3x %.0x %.0x %.0x %.2X %x", 1.999, 1.75, 1.7976931348623157e308, 1.5, -1.75, 0.5, 3.9999, 1.999), "0x1.0p+01 0x1p+01 0x1.000p+1024 0x1p+01 -0x1p+01 0x1p-01 0X1.00P+02 0x1.ffbe76c8b4396p+00");
  EXPECT_EQ(fmt::Sprintf("%6d|%-6d|%06d", u8(5), i16(-5), i16(-5)), "     5|-5    |-00005");
  EXPECT_EQ(fmt::Sprintf("%b|%o|%x|%X", -5, -8, -255, -255), "-101|-10|-ff|-FF");
  EXPECT_EQ(fmt::Sprintf("%t|%t", 1, "x"), "%!t(int=1)|%!t(string=x)");
  EXPECT_EQ(fmt::Sprintf("%v|%v", 'x', uptr(255)), "120|255");
  EXPECT_EQ(fmt::Sprintf("%q|%c|%v", 'x', 'x', 'x'), "'x'|x|120");
  EXPECT_EQ(fmt::Sprintf("%d|%v|%T", anyv(5), anyv("s"), anyv(1.5)), "5|s|float64");
  EXPECT_EQ(fmt::Sprintf("%v|%T", nilany(), nilany()), "<nil>|<nil>");
  EXPECT_EQ(fmt::Sprintf("%é|%d", 1, 2), "%!\303\251(int=1)|2");
}

TEST(Fmt, SprintPutsSpacesBetweenNonStrings) {
  EXPECT_EQ(fmt::Sprint("a","b"), "ab");
  EXPECT_EQ(fmt::Sprintln("a","b"), "a b\n");
  EXPECT_EQ(fmt::Sprint(1,2), "1 2");
  EXPECT_EQ(fmt::Sprintln(1,2), "1 2\n");
  EXPECT_EQ(fmt::Sprint(1,"a",2), "1a2");
  EXPECT_EQ(fmt::Sprintln(1,"a",2), "1 a 2\n");
  EXPECT_EQ(fmt::Sprint("a",1,2,"b"), "a1 2b");
  EXPECT_EQ(fmt::Sprintln("a",1,2,"b"), "a 1 2 b\n");
  EXPECT_EQ(fmt::Sprint(nil,1), "<nil> 1");
  EXPECT_EQ(fmt::Sprintln(nil,1), "<nil> 1\n");
  EXPECT_EQ(fmt::Sprint(true,false,1.5), "true false 1.5");
  EXPECT_EQ(fmt::Sprintln(true,false,1.5), "true false 1.5\n");
  EXPECT_EQ(fmt::Sprint(newerr(),"x"), "boomx");
  EXPECT_EQ(fmt::Sprintln(newerr(),"x"), "boom x\n");
  EXPECT_EQ(fmt::Sprint(E(),S()), "E! S!");
  EXPECT_EQ(fmt::Sprintln(E(),S()), "E! S!\n");
  EXPECT_EQ(fmt::Sprint(MyStr("a"),1,2), "a1 2");
  EXPECT_EQ(fmt::Sprintln(MyStr("a"),1,2), "a 1 2\n");
  EXPECT_EQ(fmt::Sprint(), "");
  EXPECT_EQ(fmt::Sprintln(), "\n");
}

// describe is the type, the text, what Unwrap finds and the number of errors that a list-like Unwrap has.
TEST(Fmt, ErrorfWraps) {
  EXPECT_EQ(describe(fmt::Errorf("a: %w", newerr())), "*fmt.wrapError|a: boom|boom|-1");
  EXPECT_EQ(describe(fmt::Errorf("x %w y %w", newerr(), E())), "*fmt.wrapErrors|x boom y E!|<nil>|2");
  EXPECT_EQ(describe(fmt::Errorf("n %w", 5)), "*fmt.wrapError|n %!w(int=5)|<nil>|-1");
  EXPECT_EQ(describe(fmt::Errorf("nil %w", nil)), "*fmt.wrapError|nil %!w(<nil>)|<nil>|-1");
  EXPECT_EQ(describe(fmt::Errorf("%d", 1)), "*errors.errorString|1|<nil>|-1");
  EXPECT_EQ(describe(fmt::Errorf("%[2]w %[1]w", newerr(), E())), "*fmt.wrapErrors|E! boom|<nil>|2");
  EXPECT_EQ(describe(fmt::Errorf("%w %w", nilerr(), E())), "*fmt.wrapErrors|%!w(<nil>) E!|<nil>|1");
  EXPECT_EQ(describe(fmt::Errorf("%v", newerr())), "*errors.errorString|boom|<nil>|-1");
  EXPECT_EQ(describe(fmt::Errorf("%w", nilerr())), "*fmt.wrapError|%!w(<nil>)|<nil>|-1");
}
// clang-format on

TEST(Fmt, ErrorfKeepsTheIdentityOfWhatItWraps) {
  const error cause = errors::New("cause");
  EXPECT_TRUE(errors::Is(fmt::Errorf("a: %w", cause), cause));
  EXPECT_TRUE(errors::Is(errors::Errorf("a: %w, %w", E(), any(cause)), cause));
  EXPECT_FALSE(errors::Is(fmt::Errorf("a: %v", cause), cause));
  EXPECT_TRUE(errors::As<et>(fmt::Errorf("a: %w", E())).has_value());
}

TEST(Fmt, FprintfWritesToTheFile) {
  char* text = nullptr;
  size_t n = 0;
  std::FILE* f = open_memstream(&text, &n);
  EXPECT_EQ(fmt::Fprintf(f, "%d-%s", 1, "x"), 3);
  EXPECT_EQ(fmt::Fprintln(f, 2), 2);
  EXPECT_EQ(fmt::Fprint(f, true), 4);
  std::fclose(f);
  EXPECT_EQ(std::string(text, n), "1-x2\ntrue");
  std::free(text);
}

TEST(Fmt, FprintfWritesToAnythingWithWrite) {
  struct Writer {
    io::Result Write(io::ConstBytes b) {
      calls.emplace_back(b.str());
      return {b.size(), nil};
    }
    std::vector<std::string> calls;
  } w;
  EXPECT_EQ(fmt::Fprintf(w, "%d-%s", 1, "x").n, 3u);
  fmt::Fprint(w, true);
  EXPECT_TRUE(fmt::Fprintln(w, 2, "end").err == nil);
  EXPECT_EQ(w.calls, (std::vector<std::string>{"1-x", "true", "2 end\n"}));
}

TEST(Fmt, ContainersOfCpp) {
  const char* words[] = {"a", nullptr};
  const int numbers[2][2] = {{1, 2}, {3, 4}};
  const std::string texts[] = {"p", "q"};
  char text[8] = "buf";
  EXPECT_EQ(fmt::Sprint(words, numbers, texts, text), "[a ] [[1 2] [3 4]] [p q]buf");
  EXPECT_EQ(fmt::Sprintf("%q %x %#v %T", words, texts, words, numbers),
            R"(["a" ""] [70 71] [2]string{"a", ""} [2][2]int)");
  EXPECT_EQ(fmt::Sprint(std::pair(1, "x"), std::tuple("t"), std::map<const char*, int>{{words[0], 1}}),
            "{1 x} {t} map[a:1]");
  EXPECT_EQ(fmt::Sprint(std::deque<int>{1, 2}, std::list<std::string>{"a", "b"}, std::set<std::string>{"z", "y"}),
            "[1 2] [a b] [y z]");
  EXPECT_EQ(fmt::Sprintf("%v %T", std::unordered_set<int>{7}, std::set<int>{}), "[7] []int");
  EXPECT_EQ(fmt::Sprintf("%T", std::pair<const int, char>(1, 'c')), "std.pair[int,uint8]");
}

struct with_function {
  std::function<int(int)> f;
};

TEST(Fmt, EmptyFunctionsAreNil) {
  std::function<void()> none;
  EXPECT_EQ(fmt::Sprintf("%v|%p|%T|%d|%x|%#v|%t", none, none, none, none, none, none, none),
            "<nil>|0x0|func()|0|0|(func())(nil)|%!t(func()=<nil>)");
  EXPECT_EQ(fmt::Sprint(any(none), std::vector<std::function<void()>>(2), with_function{}),
            "<nil> [<nil> <nil>] {<nil>}");
  const std::function<void()> some = [] {};
  EXPECT_EQ(fmt::Sprint(some), fmt::Sprintf("%p", some));
  EXPECT_TRUE(fmt::Sprint(some).starts_with("0x"));
}

TEST(Fmt, ElementsOfVectorBoolAreBools) {
  std::vector<bool> v{true, false};
  EXPECT_EQ(fmt::Sprintf("%v %t %T %d", v[0], v[1], v[0], v[0]), "true false bool %!d(bool=true)");
  const any a = v[0];
  v[0] = false;
  EXPECT_EQ(*a.as<bool>(), true);
  EXPECT_EQ(fmt::Sprint(a, v[0]), "true false");
}

// Keys of several types stand in the order of their kinds and names, each kind in its own order.
TEST(Fmt, MapsOfSeveralTypesAreSorted) {
  const std::unordered_map<any, int> several{{"b", 1},   {2, 2},          {nil, 3}, {"a", 4},   {true, 5},
                                             {1.5, 6},   {uint8_t{7}, 7}, {1, 8},   {false, 9}, {std::string(), 10},
                                             {0.25, 11}, {uint8_t{3}, 12}};
  EXPECT_EQ(fmt::Sprint(several), "map[<nil>:3 false:9 true:5 1:8 2:2 3:12 7:7 0.25:11 1.5:6 :10 a:4 b:1]");
  const std::vector<std::string> words{"x", "y"};
  const std::unordered_map<const std::string*, int> pointers{{&words[1], 2}, {nullptr, 0}, {&words[0], 1}};
  EXPECT_EQ(fmt::Sprint(pointers), fmt::Sprintf("map[<nil>:0 %p:1 %p:2]", &words[0], &words[1]));
  struct by_size {
    size_t operator()(const std::vector<int>& v) const { return 100 - v.size(); }
  };
  const std::unordered_map<std::vector<int>, int, by_size> lists{{{1, 2}, 1}, {{}, 2}, {{1}, 3}, {{0, 9, 9}, 4}};
  EXPECT_EQ(fmt::Sprint(lists), "map[[]:2 [0 9 9]:4 [1]:3 [1 2]:1]");
}

struct inner {
  int8_t n;
  std::string s;
};
struct plain {
  int x;
  const char* text;
  inner in;
  double list[2];
  std::vector<inner> more;
  volatile bool yes;
  unsigned bit : 3;
  error err;
  any value;
  plain* next;
};
struct same_plain {
  int x;
  std::string text;
  auto Fields() const { return std::make_tuple(x, text); }
};
struct with_base : inner {
  int x;
};
struct with_union {
  union {
    int i;
    float f;
  };
};
struct empty {};

TEST(Fmt, StructsPrintTheirFields) {
  plain p{1, "t", {2, "s"}, {0.5, 1}, {{3, "u"}}, true, 5, errors::New("bad"), 7, nullptr};
  const std::string text = fmt::Sprintf("%p", static_cast<const void*>(p.text));  // the caller's word is not on it
  EXPECT_EQ(fmt::Sprint(p), "{1 " + text + " {2 s} [0.5 1] [{3 u}] true 5 bad 7 <nil>}");
  EXPECT_EQ(fmt::Sprintf("%v %d", &p.in, p.in), "&{2 s} {2 %!d(string=s)}");
#if !defined(__clang__) || __clang_major__ >= 18
  struct local {
    std::unique_ptr<int> a_1;
    inner b[2];
    error err;
  } l{nullptr, {{1, "p"}, {2, "q"}}, errors::New("bad")};
  EXPECT_EQ(fmt::Sprintf("%#v", p.in), "gort.inner{n:2, s:\"s\"}");
  EXPECT_TRUE(fmt::Sprintf("%+v", l).ends_with(" b:[{n:1 s:p} {n:2 s:q}] err:bad}")) << fmt::Sprintf("%+v", l);
  EXPECT_TRUE(fmt::Sprintf("%+v", l).starts_with("{a_1:")) << fmt::Sprintf("%+v", l);
  EXPECT_EQ(fmt::Sprintf("%+v", std::vector<plain>{p}),
            "[{1 " + text + " {n:2 s:s} [0.5 1] [{n:3 s:u}] true 5 bad 7 <nil>}]");
#endif
  p.next = &p;
  EXPECT_EQ(fmt::Sprintf("%v", std::vector<plain*>{&p}), fmt::Sprintf("[%p]", &p));
  EXPECT_EQ(fmt::Sprint(same_plain{1, "of values"}), "{1 of values}");
  EXPECT_EQ(fmt::Sprint(with_base{{1, "b"}, 2}), "?gort.with_base?");
  EXPECT_EQ(fmt::Sprint(with_union{}), "?gort.with_union?");
  EXPECT_EQ(fmt::Sprint(empty{}), "{}");
}

struct incomplete;
struct with_incomplete {
  incomplete* next;
  int x;
};

TEST(Fmt, TypesWithoutEqualityAndIncompleteOnesGoIntoAnAny) {
  const inner e{1, "a"};
  EXPECT_EQ(fmt::Sprint(std::pair(e, 2), std::tuple(e, 3), std::array<inner, 1>{e}), "{{1 a} 2} {{1 a} 3} [{1 a}]");
  EXPECT_EQ(fmt::Sprint(std::map<int, std::pair<inner, int>>{{1, {e, 2}}}), "map[1:{{1 a} 2}]");
  std::string said;
  func([&] {
    defer([&] { said = fmt::Sprint(recover()); });
    (void)(any(std::pair(e, 2)) == any(std::pair(e, 2)));
  });
  EXPECT_EQ(said, "runtime error: comparing uncomparable type std.pair[gort.inner,int]");
  EXPECT_TRUE(any(std::pair(1, std::string("s"))) == any(std::pair(1, std::string("s"))));
  any variant = std::variant<inner, int>(e);
  EXPECT_TRUE((variant.as<std::variant<inner, int>>() != nullptr));
  incomplete* none = nullptr;
  EXPECT_EQ(fmt::Sprint(none, std::shared_ptr<incomplete>(), with_incomplete{nullptr, 1}, any(none)),
            "<nil> <nil> {<nil> 1} <nil>");
}

TEST(Fmt, LongDoublesInContainers) {
  EXPECT_EQ(fmt::Sprint(std::vector<long double>{1.5L, -2}, std::pair(1, 2.5L)), "[1.5 -2] {1 2.5}");
  EXPECT_EQ(fmt::Sprint(std::map<int, long double>{{1, 0.5L}}), "map[1:0.5]");
}

TEST(Fmt, SubnormalsInHexHaveALeadingOne) {
  EXPECT_EQ(fmt::Sprintf("%X", -6.693e-42f), "-0X1.2A8P-137");
}

TEST(Fmt, PointersAndCppValues) {
  int x = 0;
  EXPECT_EQ(fmt::Sprintf("%p", &x), fmt::Sprintf("0x%x", reinterpret_cast<uintptr_t>(&x)));
  EXPECT_EQ(fmt::Sprint(std::string_view("view"), std::string("text")), "viewtext");
  EXPECT_EQ(fmt::Sprintf("%v %T", std::make_shared<et>(), std::make_shared<et>()), "E! *main.et");
  EXPECT_EQ(fmt::Sprintf("%v", opaque(1)), "?main.opaque?");
  const char* none = nullptr;
  EXPECT_EQ(fmt::Sprintf("%s|%v", none, nullptr), "|<nil>");
  EXPECT_EQ(fmt::Sprint(1.5L, 7LL, 8ULL), "1.5 7 8");
}

}  // namespace
}  // namespace gort
