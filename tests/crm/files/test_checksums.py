"""The checksum by which frozen contents are recognised."""

import hashlib

from crm.files.checksums import checksum_of


def test_the_order_of_names_makes_no_other_sum():
    assert checksum_of({"a": 1, "b": [1, 2]}) == checksum_of({"b": [1, 2], "a": 1})


def test_the_order_of_a_list_does():
    assert checksum_of([1, 2]) != checksum_of([2, 1])


def test_anybody_can_sum_it_again_from_the_json_as_it_is_written():
    """Papers were sealed by these bytes: another spelling would call them forged."""
    assert checksum_of({"né": "L’Œuvre", "a": 1.5}) == (
        hashlib.sha256('{"a":1.5,"né":"L’Œuvre"}'.encode()).hexdigest()
    )
