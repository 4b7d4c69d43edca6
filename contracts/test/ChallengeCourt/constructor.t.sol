// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VmSafe} from "forge-std/Vm.sol";

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {IEvidenceVerifier} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IHub} from "../../src/interfaces/IHub.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {CourtParameters, CourtParts} from "../../src/types/CourtConfig.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// What a court is built with.
contract ChallengeCourtConstructorTest is CourtTest {
    function test_KeepsWhatItIsBuiltWith() public view {
        assertEq(abi.encode(court.parts()), abi.encode(_courtParts(address(hub))));
        assertEq(abi.encode(court.parameters()), abi.encode(_courtParameters()));
        assertEq(court.SEATS(), 5);
        assertEq(court.MAJORITY(), 4);
        assertEq(court.MAX_BYTES(), 65_536);
        assertEq(court.SUMMON_TIME(), 1 days);
        (uint256 fees, uint256 deposit) = court.stakesFor(LIEN);
        assertEq(fees, 5 * MEMBER_FEE);
        assertEq(deposit, DEPOSIT);
    }

    function test_FitsTheLimitOfCode() public {
        // Coverage is taken of code that is not optimised.
        vm.skip(vm.isContext(VmSafe.ForgeContext.Coverage));
        emit log_named_uint("bytes", address(court).code.length);
        assertLe(address(court).code.length, 24_576);
    }

    function test_RevertWhen_APartIsMissing() public {
        string[6] memory names = ["token", "hub", "models", "nodes", "keys", "attestedVerifier"];
        for (uint256 i = 0; i < names.length; ++i) {
            CourtParts memory parts = _courtParts(address(hub));
            if (i == 0) parts.token = address(0);
            if (i == 1) parts.hub = IHub(address(0));
            if (i == 2) parts.models = IModelRegistry(address(0));
            if (i == 3) parts.nodes = INodeRegistry(address(0));
            if (i == 4) parts.keys = IAttestedKeys(address(0));
            if (i == 5) parts.attestedVerifier = IEvidenceVerifier(address(0));
            _expectRefusal(parts, _courtParameters(), names[i]);
        }
    }

    function test_RevertWhen_AParameterIsOutOfItsRange() public {
        string[8] memory names =
            ["phase", "phase", "sealTime", "sealTime", "sealBond", "memberFee", "depositShare", "silenceShare"];
        for (uint256 i = 0; i < names.length; ++i) {
            CourtParameters memory parameters = _courtParameters();
            if (i == 0) parameters.phase = 0;
            if (i == 1) parameters.phase = 1 days + 1;
            if (i == 2) parameters.sealTime = 0;
            if (i == 3) parameters.sealTime = 1 days + 1;
            if (i == 4) parameters.sealBond = 0;
            if (i == 5) parameters.memberFee = 0;
            if (i == 6) parameters.depositShare = 10_001;
            if (i == 7) parameters.silenceShare = 10_001;
            _expectRefusal(_courtParts(address(hub)), parameters, names[i]);
        }
    }

    function test_TakesTheLimitsThemselves() public {
        CourtParameters memory parameters = _courtParameters();
        parameters.phase = 1 days;
        parameters.sealTime = 1 days;
        parameters.depositShare = 10_000;
        parameters.silenceShare = 10_000;
        assertNotEq(address(_deployCourt(_courtParts(address(hub)), parameters)), address(0));
    }

    function _expectRefusal(CourtParts memory parts, CourtParameters memory parameters, string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.ConfigInvalid.selector, what));
        _deployCourt(parts, parameters);
    }
}
