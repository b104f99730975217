"""Which system libraries are missing, and the command that brings them."""

from lockin import libraries


def only(*names: str):
    def load(name: str) -> None:
        if name not in names:
            raise OSError(name)

    return load


class TestMissingLibraries:
    def test_nothing_is_missing_when_each_loads_under_its_linux_name(self):
        here = [names[0] for names in libraries.LIBRARIES]

        assert libraries.missing_libraries(load=only(*here)) == []

    def test_a_library_under_its_mac_name_is_there(self):
        here = [names[1] for names in libraries.LIBRARIES]

        assert libraries.missing_libraries(load=only(*here)) == []

    def test_the_one_that_does_not_load_is_named(self):
        here = [names[0] for names in libraries.LIBRARIES if "pango-1.0" not in names[0]]

        assert libraries.missing_libraries(load=only(*here)) == ["libpango-1.0.so.0"]


class TestCommand:
    def test_debian_gets_one_line_for_apt(self):
        assert libraries.command(platform="linux").startswith("apt-get install -y")

    def test_a_mac_gets_brew(self):
        assert libraries.command(platform="darwin") == "brew install pango"
