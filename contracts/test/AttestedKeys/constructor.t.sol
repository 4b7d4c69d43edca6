// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AttestedKeys} from "../../src/AttestedKeys.sol";
import {IAttestedKeys, KeyTerms} from "../../src/interfaces/IAttestedKeys.sol";
import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract AttestedKeysConstructorTest is AttestedKeysFixture {
    function test_KeepsWhatItIsGiven() public {
        assertEq(keys.admin(), admin);
        assertEq(keys.guardian(), guardian);
        assertFalse(keys.isDevelopment());
        assertTrue(_deploy(true).isDevelopment());
        assertEq(abi.encode(keys.terms()), abi.encode(_terms()));
    }

    function test_SignsUnderTheDomainOfTheSystem() public view {
        (, string memory name, string memory version, uint256 chainId, address verifyingContract,,) = keys.eip712Domain();

        assertEq(name, "OpenGradient.Relayer");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifyingContract, address(keys));
    }

    function test_TakesTheExtremesOfTerms() public {
        _deployWith(false, KeyTerms(10 minutes, 0, 10 minutes + 1));
        _deployWith(false, KeyTerms(10 minutes, 366 days, 366 days));
        _deployWith(true, KeyTerms(0, 0, 1));
    }

    function test_RevertWhen_TheVetoWindowIsShort() public {
        _expectInvalid(false, KeyTerms(10 minutes - 1, OVERLAP, MAX_LIFETIME));
    }

    function test_RevertWhen_NoKeyOutlivesTheVetoWindow() public {
        _expectInvalid(false, KeyTerms(10 minutes, 0, 10 minutes));
        _expectInvalid(true, KeyTerms(0, 0, 0));
    }

    function test_RevertWhen_KeysLiveTooLong() public {
        _expectInvalid(false, KeyTerms(VETO_WINDOW, OVERLAP, 366 days + 1));
    }

    function test_RevertWhen_TheOverlapIsLongerThanALife() public {
        _expectInvalid(false, KeyTerms(VETO_WINDOW, MAX_LIFETIME + 1, MAX_LIFETIME));
    }

    function _expectInvalid(bool isDevelopment, KeyTerms memory terms) private {
        vm.expectRevert(IAttestedKeys.TermsInvalid.selector);
        _deployWith(isDevelopment, terms);
    }

    function _deployWith(bool isDevelopment, KeyTerms memory terms) private returns (AttestedKeys) {
        return new AttestedKeys(admin, guardian, court, INodeRegistry(address(nodes)), isDevelopment, terms);
    }
}
