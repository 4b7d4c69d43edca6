// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {VerifierRegistry} from "../../src/VerifierRegistry.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IVerifierRegistry} from "../../src/interfaces/IVerifierRegistry.sol";

contract ModelRegistryConstructorTest is Test {
    function test_FixesTheRegisterOfVerifiers() public {
        VerifierRegistry verifiers = new VerifierRegistry(address(this), false, address(0), 0);

        assertEq(address(new ModelRegistry(verifiers).verifiers()), address(verifiers));
    }

    function test_RevertWhen_TheRegisterOfVerifiersHasNoCode() public {
        address nobody = makeAddr("nobody");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotAContract.selector, nobody));
        new ModelRegistry(IVerifierRegistry(nobody));
    }
}
