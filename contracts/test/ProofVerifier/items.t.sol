// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {console} from "forge-std/console.sol";

import {Layer} from "../../src/proofs/Layout.sol";
import {ItemsProbe} from "../support/proofs/ItemsProbe.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";

contract ItemsTest is Test {
    function test_Measures() public {
        ItemsProbe probe = new ItemsProbe();
        Layer memory layer;
        layer.outputs = 56;
        layer.multiplier = 12345678;
        layer.shift = 30;
        layer.ceiling = 127 << 30;
        layer.span = 127;
        (uint256 a, uint256 b,) = probe.measure(ProofScenes.bytesOf(784, 1), ProofScenes.bytesOf(224, 2), layer, 4, uint256(keccak256("x")) >> 3);
        console.log("an input byte %d hundredths, a hidden accumulator %d", a * 100 / 784, b / 56);
    }
}
