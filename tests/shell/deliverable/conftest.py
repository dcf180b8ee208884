"""The browser of the plugin's tests, which the page of a report is looked at with too."""

from tests.plugin.conftest import chromium as chromium
from tests.plugin.conftest import node as node
from tests.plugin.conftest import npm_project as npm_project
