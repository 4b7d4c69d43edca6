// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {CREATE3} from "solady/utils/CREATE3.sol";

import {DeploymentFactory} from "../../src/deployment/DeploymentFactory.sol";

/// @notice Something to deploy: it keeps a number, and refuses one of them.
contract Numbered {
    uint256 public immutable number;

    constructor(uint256 number_) {
        require(number_ != 13);
        number = number_;
    }
}

contract DeployTest is Test {
    bytes32 private constant SALT = "salt";

    DeploymentFactory private factory = new DeploymentFactory();
    address private deployer = makeAddr("deployer");
    address private stranger = makeAddr("stranger");

    function testFuzz_DeploysWhereItSaysWhateverTheCode(address by, bytes32 salt, uint256 number) public {
        vm.assume(number != 13);
        address expected = factory.addressOf(by, salt);
        vm.expectEmit(address(factory));
        emit DeploymentFactory.Deployed(by, salt, expected);
        vm.prank(by);
        address deployed = factory.deploy(salt, _code(number));

        assertEq(deployed, expected);
        assertEq(Numbered(deployed).number(), number);
        assertEq(expected.codehash, address(new Numbered(number)).codehash);
    }

    function test_NobodyTakesTheAddressOfAnother() public {
        vm.prank(stranger);
        address taken = factory.deploy(SALT, _code(1));
        vm.prank(deployer);
        address own = factory.deploy(SALT, _code(2));

        assertNotEq(taken, own);
        assertEq(own, factory.addressOf(deployer, SALT));
        assertEq(Numbered(own).number(), 2);
    }

    function testFuzz_AddressesDifferByDeployerAndBySalt(address by, address otherBy, bytes32 salt, bytes32 otherSalt)
        public
        view
    {
        vm.assume(by != otherBy && salt != otherSalt);
        assertNotEq(factory.addressOf(by, salt), factory.addressOf(otherBy, salt));
        assertNotEq(factory.addressOf(by, salt), factory.addressOf(by, otherSalt));
    }

    function test_RevertWhen_TheSaltHasServed() public {
        vm.startPrank(deployer);
        factory.deploy(SALT, _code(1));
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        factory.deploy(SALT, _code(1));
    }

    function test_AConstructorThatRevertsLeavesTheSaltUnused() public {
        vm.startPrank(deployer);
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        factory.deploy(SALT, _code(13));

        assertEq(factory.deploy(SALT, _code(14)), factory.addressOf(deployer, SALT));
    }

    function test_RevertWhen_NothingWouldStandThere() public {
        vm.prank(deployer);
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        factory.deploy(SALT, "");
    }

    function _code(uint256 number) private pure returns (bytes memory) {
        return bytes.concat(type(Numbered).creationCode, abi.encode(number));
    }
}
