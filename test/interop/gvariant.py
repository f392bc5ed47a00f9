"""What GLib (2.74.4 or later, which checks that offsets are small) makes of GVariant: test/vectors/gvariant.json.

`gvariant.py vectors` prints the vectors. `gvariant.py print` reads a type and base64 on each line, and prints for each
whether the bytes are in normal form, and the value in GLib's text form.
"""

import base64
import itertools
import json
import sys

from gi.repository import GLib

LONG = 200  # Bytes from which a case has no value spelled out and no variations.

PARSED = [
    ("a byte", "y", "0x2a"),
    ("false", "b", "false"),
    ("true", "b", "true"),
    ("a 16-bit number", "n", "-2"),
    ("an unsigned 16-bit number", "q", "65534"),
    ("a 32-bit number", "i", "-123456789"),
    ("an unsigned 32-bit number", "u", "4023456789"),
    ("a handle", "h", "7"),
    ("a 64-bit number", "x", "-1234567890123456789"),
    ("an unsigned 64-bit number", "t", "18446744073709551614"),
    ("a floating-point number", "d", "-1.5"),
    ("an empty text", "s", "''"),
    ("a text", "s", "'hello'"),
    ("a text of two, three and four bytes a letter", "s", "'äöü € 😀'"),
    ("a text with a byte order mark", "s", "'\\ufeffx'"),
    ("the root path", "o", "'/'"),
    ("a path", "o", "'/org/gnome/App_1'"),
    ("an empty signature", "g", "''"),
    ("a signature", "g", "'a{sv}(ii)s'"),
    ("a variant", "v", "<uint32 7>"),
    ("a variant with a text", "v", "<'x'>"),
    ("a variant in a variant in a variant", "v", "<<<true>>>"),
    ("a variant with an empty array", "v", "<@as []>"),
    ("a variant with an empty tuple", "v", "<()>"),
    ("no byte", "my", "nothing"),
    ("perhaps a byte", "my", "0x07"),
    ("perhaps a text", "ms", "'x'"),
    ("perhaps perhaps a text", "mms", "just just 'x'"),
    ("perhaps no text", "mms", "just nothing"),
    ("perhaps an empty array", "mai", "[]"),
    ("perhaps a tuple with padding", "m(uy)", "(1, 2)"),
    ("no bytes", "ay", "[]"),
    ("bytes", "ay", "[1, 2, 3]"),
    ("truth values", "ab", "[true, false, true]"),
    ("32-bit numbers", "au", "[1, 2, 3]"),
    ("64-bit numbers", "at", "[1, 2]"),
    ("no texts", "as", "[]"),
    ("one empty text", "as", "['']"),
    ("texts", "as", "['i', 'can', 'has', 'strings?']"),
    ("an array without any array", "aas", "[]"),
    ("an array of empty arrays", "aay", "[[], [], []]"),
    ("arrays of arrays of texts", "aaas", "[[['a'], []], [['b', 'c']]]"),
    ("arrays of aligned numbers, with padding between", "aat", "[[1], [], [2, 3]]"),
    ("variants, with padding between", "av", "[<1>, <'x'>, <byte 3>]"),
    ("perhaps texts in an array", "ams", "['a', nothing, '']"),
    ("perhaps numbers in an array", "amt", "[1, nothing, 2]"),
    ("empty tuples", "a()", "[(), ()]"),
    ("the empty tuple", "()", "()"),
    ("tuples in a tuple", "(()(()))", "((), ((),))"),
    ("a tuple of one byte", "(y)", "(7,)"),
    ("a fixed tuple with padding after", "(uy)", "(1, 2)"),
    ("a fixed tuple with padding between", "(yu)", "(1, 2)"),
    ("a fixed tuple with padding between and after", "(yqbty)", "(1, 2, true, 3, 4)"),
    ("fixed tuples in a fixed tuple", "((yu)(yt)y)", "((1, 2), (3, 4), 5)"),
    ("fixed tuples with padding after, in an array", "a(uy)", "[(1, 2), (3, 4)]"),
    ("a tuple of one text", "(s)", "('x',)"),
    ("a tuple of one empty array", "(as)", "(@as [],)"),
    ("two texts", "(ss)", "('x', 'y')"),
    ("three texts", "(sss)", "('x', '', 'z')"),
    ("a text, then a number", "(si)", "('foo', -1)"),
    ("a number, then a text", "(is)", "(-1, 'foo')"),
    ("a text between numbers", "(ysy)", "(1, 'x', 2)"),
    ("numbers of all alignments between texts", "(sysqsust)", "('a', 1, 'b', 2, 'c', 3, 'd', 4)"),
    ("a tuple that ends in an empty aligned array", "(yat)", "(1, @at [])"),
    ("a tuple with an empty aligned array inside", "(yaty)", "(1, @at [], 2)"),
    ("empty arrays alone", "(ayayay)", "(@ay [], @ay [], @ay [])"),
    ("tuples with texts, in an array", "a(sy)", "[('a', 1), ('bb', 2)]"),
    ("an entry", "{sv}", "{'key', <uint32 1>}"),
    ("an entry of fixed size", "{yt}", "{1, 2}"),
    ("an empty dictionary", "a{sv}", "{}"),
    ("a dictionary", "a{sv}", "{'a': <'x'>, 'bb': <uint64 7>, '': <@ay []>}"),
    ("a dictionary of numbers", "a{ut}", "{1: 2, 3: 4}"),
    ("a dictionary with a key twice", "a{sy}", "{'k': 1, 'k': 2}"),
    ("a summary", "(a(s(taya{sv}))a{sv})", "([('app', (7, [1, 2, 3], {'ot.ts': <uint64 9>})), ('b', (8, @ay [], {}))], {'k': <1>})"),
    ("a summary index", "(a{s(ayaaya{sv})}a{sv})", "({'x86_64': ([1, 2], [[3], @ay []], {'k': <true>})}, @a{sv} {})"),
    ("a commit", "(a{sv}aya(say)sstayay)", "({'v': <'1'>}, @ay [], @a(say) [], 'subject', '', 5, [1], [2])"),
]

# Sizes at which the offsets need one more byte, and the sizes beside them; with one offset and with three.
SIZED = [
    (f"a text of {size} bytes in {kind}", text_type, lambda size=size, count=count: ["a" * (size - count)] + [""] * (count - 1))
    for size, (kind, text_type, count) in itertools.product(
        [251, 252, 253, 254, 255, 256, 65527, 65528, 65529, 65530, 65531, 65532, 65533, 65534, 65535, 65536],
        [("an array of one", "as", 1), ("an array of three", "as", 3), ("a tuple of three", "(sss)", 3)],
    )
]

TYPES = [
    "", "*", "?", "r", "a*", "m?", "ar", "z", "a", "m", "aa", "(", ")", "((", "(s", "s)", "(s))", "()", "(())", "ss", "()()",
    "{", "}", "{}", "{s}", "{sv", "{svs}", "{sv}", "a{sv}", "{vs}", "{(s)s}", "{ass}", "{mys}", "{bs}", "{ds}", "{ov}", "{gv}",
    "{s{sv}}", "{?*}", "{sv)", "(sv}", "[s]", "a{sv}s", " s", "s ", "s\n", "S", "é", "a(s(taya{sv}))",
    *("a" * count + "y" for count in (126, 127, 129)), *("m" * count + "s" for count in (127, 129)),
    *("(" * count + ")" * count for count in (127, 128, 130)), "(" * 100000, "a" * 100000, "(" + "y" * 1000 + ")",
]

REFUSED = [
    ("the boolean 2", "b", b"\2"), ("the boolean 2 in an array", "ab", b"\0\2"), ("the boolean 255 in a tuple", "(yb)", b"\0\xff"),
    ("no boolean", "b", b""), ("a cut number", "u", b"\0\0\0"), ("a long number", "u", b"\0\0\0\0\0"),
    ("a text without a zero", "s", b"abc"), ("no text", "s", b""), ("a zero in a text", "s", b"a\0b\0"), ("two zeros", "s", b"\0\0"),
    ("a byte that is no UTF-8", "s", b"\xff\0"), ("a cut letter", "s", b"\xe2\x82\0"), ("an overlong letter", "s", b"\xc1\x81\0"),
    ("an overlong zero", "s", b"\xc0\x80\0"), ("half a surrogate pair", "s", b"\xed\xa0\x80\0"),
    ("a letter past the last", "s", b"\xf4\x90\x80\x80\0"), ("Latin 1", "s", "Müller".encode("latin-1") + b"\0"),
    ("an empty path", "o", b"\0"), ("a path without a leading slash", "o", b"a\0"), ("a slash after a path", "o", b"/a/\0"),
    ("two slashes in a path", "o", b"/a//b\0"), ("a path of two slashes", "o", b"//\0"), ("a hyphen in a path", "o", b"/a-b\0"),
    ("a newline after a path", "o", b"/a\n\0"), ("a letter that is not ASCII in a path", "o", "/é\0".encode()),
    ("a signature with a maybe", "g", b"ms\0"), ("a signature that is cut", "g", b"a\0"), ("an open signature", "g", b"(s\0"),
    ("an unknown signature", "g", b"z\0"), ("a wildcard", "g", b"*\0"), ("130 levels in a signature", "g", b"a" * 129 + b"y\0"),
    ("an empty variant", "v", b""), ("a variant without a type", "v", b"\0"), ("a variant without a zero", "v", b"y"),
    ("a variant with two types", "v", b"\0\0yy"), ("a variant of no definite type", "v", b"\0*"), ("a variant with an open type", "v", b"\0\0(y"),
    ("a variant with too short a value", "v", b"\0\0u"), ("a variant with too long a value", "v", b"\0\0\0y"),
    ("a variant with an empty tuple of no bytes", "v", b"\0()"), ("a variant with a type that is no UTF-8", "v", b"\0\0\xff"),
    ("nothing and a zero", "my", b"\7\0"), ("a maybe that ends in a one", "ms", b"x\0\1"), ("a maybe without its zero", "ms", b"x\0"),
    ("bytes too many for an array", "au", b"\0" * 7), ("offsets past the end", "as", b"\0\xff"), ("an offset to itself", "as", b"\0\2"),
    ("offsets that run backwards", "as", b"a\0b\0\4\2\4"), ("elements that overlap", "as", b"a\0b\0\4\3\4"),
    ("elements with a gap", "aas", b"\0\1\0\2\5"), ("an offset of two bytes where one does", "as", b"a\0" + b"\2\0"),
    ("a one in the padding of an array", "av", b"\7\0y\0\0\0\0\1\7\0y\3\x0b"),
    ("a one between members", "(yu)", b"\1\0\1\0\2\0\0\0"), ("a one after members", "(uy)", b"\1\0\0\0\2\0\0\1"),
    ("a one in the empty tuple", "()", b"\1"), ("the empty tuple of no bytes", "()", b""), ("an empty tuple of two bytes", "()", b"\0\0"),
    ("no bytes for two texts", "(ss)", b""), ("a byte for three texts", "(sss)", b"\0"), ("a member past the end", "(ss)", b"a\0b\0\7"),
    ("a member that reaches into the offsets", "(ss)", b"a\0b\0\5"), ("a gap after the members", "(sy)", b"a\0\7\0\2"),
    ("members that run backwards", "(sss)", b"a\0b\0c\0\2\4"), ("an offset too many", "(s)", b"a\0\2"),
    ("bytes that run backwards", "aay", b"\1\2\3\4\4\2\4"), ("bytes that run backwards in a tuple", "(ayayay)", b"\1\2\3\4\2\4"),
    ("a variant whose zero is that of padding", "av", b"\0ay\0\0\0\0\0ay\3\x0a"), ("an offset and a half", "aay", b"a" * 256 + b"\0\0\1"),
    ("offsets of four bytes where two do", "as", b"a" * 65531 + b"\0" + (65532).to_bytes(4, "little")),
    ("offsets of two bytes where one does", "as", b"a" * 253 + b"\0" + (254).to_bytes(2, "little")),
    ("offsets of two bytes where one does, in a tuple", "(ss)", b"a" * 252 + b"\0\0" + (253).to_bytes(2, "little")),
    ("200 offsets of two bytes where one does", "aay", b"a" * 54 + (54).to_bytes(2, "little") * 101),
]


def main(mode):
    if mode == "vectors":
        cases = [make_case(*case) for case in all_values()]
        refused = [make_refused(*case) for case in all_refused()]
        types = {text: is_definite(text) for text in TYPES}
        vectors = {
            "types": {"good": [shorten(text) for text in types if types[text]], "bad": [shorten(text) for text in types if not types[text]]},
            "values": cases,
            "refused": refused,
        }
        print(json.dumps(vectors, indent=1, ensure_ascii=False))
    else:
        for line in sys.stdin:
            type_text, data = line.rstrip("\n").split(" ")
            value = load(type_text, base64.b64decode(data))
            print(json.dumps([value.is_normal_form(), value.print_(True)]))


def all_values():
    for title, type_text, text in PARSED:
        yield title, GLib.Variant.parse(GLib.VariantType(type_text), text, None, None)
    for title, type_text, make in SIZED:
        yield title, GLib.Variant(type_text, tuple(make()) if type_text.startswith("(") else make())
    for levels in (60, 127):
        yield f"{levels} variants in one another", load("v", nest(levels))
    for levels in (125, 126):
        yield f"a variant with an array of {levels} levels", load("v", b"\0" + b"a" * levels + b"y")


def all_refused():
    yield from REFUSED
    for levels in (128, 129, 200, 5000):
        yield f"{levels} variants in one another", "v", nest(levels)
    yield "a variant with an array of 127 levels", "v", b"\0" + b"a" * 127 + b"y"
    yield "a variant in a tuple, with an array of 126 levels", "(v)", b"\0" + b"a" * 126 + b"y"
    yield "a variant with an open type of 100,000 levels", "v", b"\0" + b"(" * 100000


def make_case(title, value):
    """A value in normal form, and variations of its bytes by whether they are in normal form too."""
    type_text = value.get_type_string()
    data = value.get_data_as_bytes().get_data() or b""
    assert load(type_text, data).is_normal_form(), title
    case = {"title": title, "type": type_text, "bytes": spell(data)}
    if len(data) > LONG:
        return case
    case["text"] = value.print_(True)
    case["value"] = spell_value(value)
    swapped = value.byteswap().get_data_as_bytes().get_data() or b""
    if swapped != data:
        case["bigEndian"] = spell(swapped)
    verdicts = {True: [], False: []}
    for changed in dict.fromkeys(variations(data)):
        if changed != data:
            verdicts[load(type_text, changed).is_normal_form()].append(spell(changed))
    case["normal"] = verdicts[True]
    case["notNormal"] = verdicts[False]
    return case


def make_refused(title, type_text, data):
    assert not load(type_text, data).is_normal_form(), title
    return {"title": title, "type": type_text, "bytes": spell(data)}


def variations(data):
    yield data[:-1]
    yield data[1:]
    yield data[: len(data) // 2]
    yield data + b"\0"
    yield data + b"\1"
    yield b"\0" + data
    yield data + data
    yield bytes(reversed(data))
    yield data[:-1] + data[-1:] * 2
    # Changes are dense at the end, where the offsets are.
    places = [at for at in range(len(data)) if at < 3 or at >= len(data) - 7]
    for at in places:
        for byte in (data[at] ^ 1, data[at] ^ 0x80, (data[at] + 1) & 0xFF):
            yield data[:at] + bytes([byte]) + data[at + 1 :]
    for at in places[:-1]:
        yield data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def spell_value(value):
    """Numbers that repomill reads as themselves (64 bits as text), others as their bytes; containers as lists."""
    code = value.get_type_string()[0]
    if code == "v":
        inner = value.get_variant()
        return {"type": inner.get_type_string(), "value": spell_value(inner)}
    if code in "am({":
        return [spell_value(value.get_child_value(i)) for i in range(value.n_children())]
    if code == "t":
        return str(value.get_uint64())
    if code in "bsogui":
        return value.unpack()
    return (value.get_data_as_bytes().get_data() or b"").hex()


def nest(levels):
    data, inner = b"\7", b"y"
    for _ in range(levels):
        data, inner = data + b"\0" + inner, b"v"
    return data


def load(type_text, data):
    return GLib.Variant.new_from_bytes(GLib.VariantType(type_text), GLib.Bytes.new(data), False)


def is_definite(text):
    return GLib.VariantType.string_is_valid(text) and GLib.VariantType(text).is_definite()


def spell(data):
    """Base64; long bytes are a list of base64 and of runs: the byte and how often it is repeated."""
    if len(data) <= LONG:
        return base64.b64encode(data).decode()
    runs = [(byte, len(list(run))) for byte, run in itertools.groupby(data)]
    parts = []
    for long, group in itertools.groupby(runs, lambda run: run[1] >= 16):
        group = list(group)
        parts += group if long else [base64.b64encode(b"".join(bytes([byte]) * count for byte, count in group)).decode()]
    return parts


def shorten(text):
    return spell(text.encode()) if len(text) > LONG else text


main(sys.argv[1])
